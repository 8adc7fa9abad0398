"""Questions about a document itself: 文号, issuer, dates, is it still in force."""

from qa.header.fields import asked_state as asked_state
from qa.header.fields import entries as entries
from qa.header.fields import line_of as line_of
from qa.header.reply import answer as answer
from qa.header.reply import unknown as unknown
