"""Lines become an answer only with their quotations proven; where a quotation stands."""
