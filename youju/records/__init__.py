"""The records that cross a stage, in the order in which the data flows.

build: SourceFile → ExtractedText → PolicyDoc (PolicyMeta, Clause, Table) → Passage → index
ask:   str → Question → Hit → Answer (its pieces and statements are `qa`'s own)

All offsets are code points, half-open, into the *original*: the text extracted from the file
before anything is removed (for .txt the decoded file). `original[start:end] == quote` always.
"""

from youju.records.answers import Answer, Citation, Hit, Reading, Unit
from youju.records.documents import (
    Clause,
    DocFacts,
    Mention,
    Part,
    Passage,
    PolicyDoc,
    Recognised,
    Table,
    TableRow,
)
from youju.records.facts import Compared, ComparedPlace, Comparison, Fact, Matched
from youju.records.files import MEMBER, Block, ExtractedText, MediaType, SourceFile
from youju.records.metadata import Corrected, PolicyMeta, Proven, Stated
from youju.records.names import DocName, DocNames, Stretch
from youju.records.protocols import Encoder, Reader, Retriever, VectorStore
from youju.records.questions import Filters, FollowUp, Looser, Question
from youju.records.relations import Relation, related
from youju.records.reports import IngestReport, Remembered
from youju.records.spans import Span

__all__ = [
    "MEMBER",
    "Answer",
    "Block",
    "Citation",
    "Clause",
    "Compared",
    "ComparedPlace",
    "Comparison",
    "Corrected",
    "DocFacts",
    "DocName",
    "DocNames",
    "Encoder",
    "ExtractedText",
    "Fact",
    "Filters",
    "FollowUp",
    "Hit",
    "IngestReport",
    "Looser",
    "Matched",
    "MediaType",
    "Mention",
    "Part",
    "Passage",
    "PolicyDoc",
    "PolicyMeta",
    "Proven",
    "Question",
    "Reader",
    "Reading",
    "Recognised",
    "Relation",
    "Remembered",
    "Retriever",
    "SourceFile",
    "Span",
    "Stated",
    "Stretch",
    "Table",
    "TableRow",
    "Unit",
    "VectorStore",
    "related",
]
