"""What is asked, and of which documents."""
