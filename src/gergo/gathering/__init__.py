"""Web pages to pairs of picture and text: what saved sites, crawls and sitemaps already say about their pictures."""
