"""How few people a figure may be about."""

# The fewest people, or answers of people, that a figure may stand for. With fewer, somebody who knows the place could tell who is meant, or
# work out what became of one person or what one person answered. One number for rates of treated people, indicators, surveys, opinions of
# participants and public figures, so that no page gives away what another one holds back; texts say “five” in words.
FEWEST = 5
