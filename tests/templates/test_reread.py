from agentalign.templates import fixed, pieces, unchosen

BODY = (
    'Find {{ who }}{% if town == "a }} b" %} in {{ town }}{% else %} here{% endif %}, {{ one_of(0, "now", "b\\")") }}.'
)


def test_pieces_are_the_text_around_the_tags() -> None:
    assert pieces(BODY) == ["Find ", "", " in ", "", " here", ", ", "."]
    assert pieces("plain") == ["plain"]
    assert pieces('{{ "{" }}') == ["", ""]


def test_what_is_fixed_stands_in_no_tag_and_in_no_block() -> None:
    assert fixed(BODY) == ("Find ", ", ", ".")
    assert fixed("{% for x in xs %}x{% endfor %}") == ()


def test_siblings_of_a_choice_are_left_out() -> None:
    assert unchosen(BODY) == BODY.replace('one_of(0, "now", "b\\")")', "")
    assert unchosen('{{ one_of(12, "a (b)", "c") | capitalize }}') == "{{  | capitalize }}"
