"""What may be answered? Every code list of the dictionary, by theme; all names stand here too."""

from registry.dictionary.codes.common import *
from registry.dictionary.codes.countries import COUNTRY as COUNTRY
from registry.dictionary.codes.disease import *
from registry.dictionary.codes.outcome import *
from registry.dictionary.codes.transplant import *
