kept-sample --csv worth fit --table scalars --quiet
