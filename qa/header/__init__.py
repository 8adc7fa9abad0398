"""Questions about a document itself: 文号, issuer, dates, is it still in force."""

from qa.header.answer import answer as answer
from qa.header.answer import unknown as unknown
from qa.header.entries import asked_state as asked_state
from qa.header.entries import entries as entries
from qa.header.entries import line_of as line_of
