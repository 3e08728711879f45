# Elsewhere they are not.
exit 2
kept x-visit list
