"""What every section of the settings is, and the kinds of text that several of them have."""

from unicodedata import category

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from wattledger.energy.clean_text import is_clean


class Section(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, allow_inf_nan=False
    )


def _single_line(text: str) -> str:
    """As it is, for a terminal shows it. Raises ValueError."""
    if not is_clean(text):
        raise ValueError("must be a single line, without control characters")
    return text


def is_typed(secret: str) -> bool:
    """Whether somebody can have typed it: any letter and space, and no control character."""
    return not any(category(character) in {"Cc", "Cs"} for character in secret)


def _typed(secret: SecretStr) -> SecretStr:
    """As it is. Raises ValueError."""
    if not is_typed(secret.get_secret_value()):
        raise ValueError("must be a single line, without control characters")
    return secret


SINGLE_LINE = AfterValidator(_single_line)
TYPED = AfterValidator(_typed)
PATH = (Field(max_length=1000), SINGLE_LINE)
