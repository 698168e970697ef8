"""Proposals for the record of a draft, by rules from its files. A user accepts each of them."""
