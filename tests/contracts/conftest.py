from tests.contracts.engines import engine, house  # noqa: F401
