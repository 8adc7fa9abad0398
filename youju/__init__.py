"""What joins and speaks: the records, the API `youju.service.PolicySearch`, the command line."""
