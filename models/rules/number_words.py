"""Number words, comparators, units and currencies."""

from __future__ import annotations


def _table(listed: str) -> dict[str, str]:
    """Pairs of `word:value`; `_` stands for a blank."""
    return {word.replace("_", " "): value.replace("_", " ") for word, _, value in (pair.partition(":") for pair in listed.split())}


def _numbers(listed: str) -> dict[str, int]:
    return {word: int(value) for word, value in _table(listed).items()}


WORD_VALUES = _numbers("""one:1 two:2 three:3 four:4 five:5 six:6 seven:7 eight:8 nine:9 ten:10 eleven:11 twelve:12 thirteen:13 fourteen:14
fifteen:15 sixteen:16 seventeen:17 eighteen:18 nineteen:19 twenty:20 thirty:30 forty:40 fifty:50 sixty:60 seventy:70
eighty:80 ninety:90""")
SCALES = _numbers("""dozen:12 hundred:100 thousand:1000 million:1000000 billion:1000000000 trillion:1000000000000 k:1000
m:1000000 mn:1000000
bn:1000000000""")
PLURALS = _numbers("""dozens:24 scores:40 hundreds:200 thousands:2000 millions:2000000 billions:2000000000 tens_of_thousands:20000
hundreds_of_thousands:200000 tens_of_millions:20000000 hundreds_of_millions:200000000""")
COMPARATOR = _table("""more_than:> over:> in_excess_of:> upwards_of:> greater_than:> well_over:> just_over:> at_least:>= no_fewer_than:>=
no_less_than:>= a_minimum_of:>= not_less_than:>= less_than:< fewer_than:< under:< below:< as_many_as:<= up_to:<=
at_most:<= no_more_than:<= as_much_as:<= as_few_as:<= a_maximum_of:<= about:~ around:~ roughly:~ approximately:~
nearly:~ almost:~ an_estimated:~ estimated:~ some:~ close_to:~ just_under:~ some_of:~ an_approximate:~
somewhere_around:~""")
UNITS = _table("""km:km kms:km kilometre:km kilometer:km m:m metre:m meter:m mile:mi square_mile:sq_mi sq_mile:sq_mi sq_mi:sq_mi
square_kilometre:sq_km square_kilometer:sq_km sq_km:sq_km foot:ft feet:ft ft:ft yard:yd kg:kg kilo:kg kilogram:kg
pound:lb lb:lb ton:t tonne:t hectare:ha acre:acres litre:l liter:l barrel:barrels %:% percent:% per_cent:%
percentage_point:% mm:mm cm:cm centimetre:cm inch:in mph:mph""")
SIGNS = {"$": "USD", "US$": "USD", "£": "GBP", "€": "EUR", "¥": "JPY", "₽": "RUB", "₹": "INR"}
CURRENCIES = _table("""dollar:USD usd:USD euro:EUR eur:EUR gbp:GBP pound_sterling:GBP rouble:RUB ruble:RUB rupee:INR lira:TRY dinar: riyal:
rial:IRR dirham:AED shekel:ILS hryvnia:UAH yen:JPY yuan:CNY pound: franc: afghani:AFN cent:USD""")

# words by which a quantity is told, and words by which it may begin without that
NUMBERS = {*WORD_VALUES, *SCALES, *(word for plural in PLURALS for word in plural.split())} - {"of", "k", "m"}
OPENERS = {phrase.split()[0] for phrase in COMPARATOR} | {"several", "few", "a", "an", "half", "us", *"$£€¥₽₹"}
