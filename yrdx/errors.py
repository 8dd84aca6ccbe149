"""The whole error tree; which branch an error is on says what the caller should do.

    YrdxError
    ├── PermanentError            a person must act; never retried
    │   ├── ConfigurationError    names the file, the field and the fix
    │   ├── SourceRefused         credentials or permission
    │   ├── IntegrityError        stored bytes do not match their digest
    │   ├── DerivedRowsAreWrong   what we derived ourselves breaks its own contract
    │   ├── ReleaseStopped        a person has to confirm, or something must be derived first
    │   ├── SnapshotNotFound      no such version is published, or it is kept no more
    │   └── SnapshotIncomplete    a reader asked for all deliveries, and some are not there
    ├── TransientError            try again later; Airflow retries
    │   ├── SourceUnavailable     the province's source or the store does not answer
    │   ├── ChannelUnavailable    a message could not be sent
    │   └── PublishConflict       someone else moved the pointer; read again and redo
    └── (bad data is no exception: it is a Finding)

A message says what happened with the value, what was expected, and what to do.
"""


class YrdxError(Exception):
    """Anything that yrdx raises on purpose."""


class PermanentError(YrdxError):
    """A person must act; trying again changes nothing."""


class ConfigurationError(PermanentError):
    """A setting, agreement or content file is wrong; the message names file, field and fix."""


class SourceRefused(PermanentError):
    """A source or store refused our credentials or permissions."""


class IntegrityError(PermanentError):
    """Stored bytes do not match the digest under which they were stored."""


class DerivedRowsAreWrong(PermanentError):
    """Rows that we derived ourselves break their contract: the derivation has to be mended."""


class ReleaseStopped(PermanentError):
    """A release waits for a person, or for a derived snapshot that is out of date."""


class SnapshotNotFound(PermanentError):
    """No published version is what the reader asked for."""


class SnapshotIncomplete(PermanentError):
    """The reader asked for all agreed deliveries, and some are not in the version."""


class TransientError(YrdxError):
    """The same call may succeed later; Airflow retries it."""


class SourceUnavailable(TransientError):
    """A province's source or the object store does not answer."""


class ChannelUnavailable(TransientError):
    """A channel did not take a message; nothing but the message waits for it."""


class PublishConflict(TransientError):
    """Someone else wrote the key first; read it again and redo the step."""
