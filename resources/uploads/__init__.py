"""Uploads in parts, with the same steps for both stores, the browser, the plain form and imports.

The states of a session (UploadSession.State), and the functions that change them:

    OPEN        start                   the quota is reserved, the store expects parts
    COMPLETING  completion.complete     the parts are being assembled; back to OPEN if some are missing
    COMPLETED   completion.hand_over    the blob exists and its verification is enqueued
    CANCELLED, EXPIRED, REFUSED         sessions.close: the quota is released, then the parts are deleted

Calls to the store happen outside transactions. A crash between two steps is repaired by repeating ``complete``, or by
``cleanup``.
"""
