"""Versions of one rule: which documents they are, what changed, and which of them is meant."""

from qa.versions.answer import alike as alike
from qa.versions.answer import answer as answer
from qa.versions.answer import compared as compared
from qa.versions.answer import edition as edition
from qa.versions.answer import kin as kin
from qa.versions.answer import label as label
from qa.versions.answer import meant_hits as meant_hits
from qa.versions.answer import narrowed as narrowed
from qa.versions.answer import of_a_matter as of_a_matter
from qa.versions.answer import of_one as of_one
from qa.versions.changes import Change as Change
from qa.versions.changes import Kind as Kind
from qa.versions.changes import Piece as Piece
from qa.versions.changes import changes as changes
from qa.versions.changes import marked as marked
from qa.versions.changes import stretches as stretches
