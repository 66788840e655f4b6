"""What the site and the slides share: parts of a page, made when it is built."""
