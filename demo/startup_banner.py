"""Print the URL and the demo accounts when the site answers."""

from __future__ import annotations

import os
import sys
import time
import urllib.request

from demo.accounts import ACCOUNTS, PASSWORD


def main() -> int:
    url = os.environ["BASE_URL"]
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{url}/healthz", timeout=5):  # noqa: S310 - our own site
                break
        except OSError:
            time.sleep(0.3)
    else:
        print(f"The site did not answer at {url}; the lines above say why.", file=sys.stderr)
        return 1
    lines = ["", f"  资源共享库  {url}/", f"  CMS        {url}/cms/", "", f"  演示账号（密码都是 {PASSWORD}）"]
    lines += [f"    {account.email:34} {account.what}" for account in ACCOUNTS]
    lines += ["", "  Ctrl-C 停止 / stops everything", ""]
    print("\n".join(lines), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
