"""Every error that Youju raises on purpose.

YoujuError                   exit code 1 unless a subclass says otherwise
├── InputError               the user's input; exit code 2
│   ├── ReadError            a file or folder that cannot be read as a document
│   │   └── Unrecognised     a scan, read without recognising its text
│   ├── QuestionError        a question that cannot be asked
│   ├── QuestionSetError     a bad line in an evaluation file
│   └── SettingsError        an environment variable or flag with an impossible value
├── IndexError_              the index on disk; exit code 2
│   ├── IndexMissing         there is none at that place
│   ├── IndexMismatch        made by another version, encoder or tokenizer
│   ├── IndexCorrupt         a file is missing, truncated or altered
│   ├── IndexBusy            another process is building it
│   ├── IndexStopped         somebody stopped the build; the last good one stays in service
│   └── IndexWriteError      it could not be written (disk full, no permission)
├── ProofError               a quotation that does not stand in its source; exit code 1
└── MissingDependency        an optional library is not installed; exit code 2

Messages are shown to end users: one Chinese sentence each, that says what, where, what to do next.
"""

from __future__ import annotations


class YoujuError(Exception):
    """Base of all errors raised on purpose."""

    exit_code = 1


class InputError(YoujuError):
    """Something the user gave cannot be used."""

    exit_code = 2


class ReadError(InputError):
    """A file or folder cannot be read as a document."""


class Unrecognised(ReadError):
    """A document of pictures whose text was not recognised, because it was not wanted."""


class QuestionError(InputError):
    """A question is empty, too long or holds nothing to search for."""


class QuestionSetError(InputError):
    """An evaluation file has a bad line."""


class SettingsError(InputError):
    """A setting has an impossible value."""


class IndexError_(YoujuError):
    """The index on disk cannot be used; the underscore keeps the builtin visible."""

    exit_code = 2


class IndexMissing(IndexError_):
    """There is no index at that place."""


class IndexMismatch(IndexError_):
    """The index was made by another format version, encoder or tokenizer."""


class IndexCorrupt(IndexError_):
    """A file of the index is missing, truncated or altered."""


class IndexBusy(IndexError_):
    """Another process holds the build lock."""


class IndexStopped(IndexError_):
    """Somebody stopped the build; the last good one stays in service."""


class IndexWriteError(IndexError_):
    """The index could not be written; the last good one stays in service."""


class ProofError(YoujuError):
    """A quotation does not stand in its source character for character."""


class MissingDependency(YoujuError):
    """An optional library is not installed."""

    exit_code = 2
