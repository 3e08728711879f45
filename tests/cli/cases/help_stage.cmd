kept-sample help keep
