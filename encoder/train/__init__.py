"""Makes the bundled encoder from open data: words, word vectors, contrastive training, export."""
