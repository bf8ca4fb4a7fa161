"""The revisions in order, what each of them does, and the results that are kept between runs."""
