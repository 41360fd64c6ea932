"""What every paper draws the same way."""

from core.typesetting import qr_svg


def test_qr_drawing_fills_whatever_box_it_is_given():
    head = qr_svg("https://example.org/verify/TAM").split(">")[0]

    assert 'viewBox="0 0 ' in head
    assert "width" not in head
