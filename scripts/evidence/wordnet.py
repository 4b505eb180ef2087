"""Which of ImageNet's 1,000 classes a word means: by WordNet 3.0 (Debian's wordnet-base) and torchvision's class names.

ImageNet's classes are synsets of WordNet 3.0 in the order of their offsets, and the names are words of those synsets;
so names and order together say which synset a class is. Where several synsets of a name lie between its neighbours,
SYNSETS decides.
"""
import collections
import functools
from pathlib import Path

# Names that order alone leaves open, and two that are no word of their synset.
SYNSETS = """goldfinch 01531178, green snake 01729977, partridge 01807496, echidna 01872401, jellyfish 01910747,
king crab 01981276, crane bird 02012849, red fox 02119022, kit fox 02119789, tabby 02123045, ox 02403003, abacus 02666196,
altar 02699494, amphibian 02704792, apron 02730930, balloon 02782093, barrel 02795169, bassinet 02804414,
beaker 02815834, bib 02834397, binder 02840245, bobsled 02860847, bow 02879718, brass 02892201, cab 02930766,
cannon 02950826, carousel 02966193, castle 02980441, chain 02999410, chest 03014705, cloak 03045698, clog 03047690,
coil 03065424, convertible 03100240, crib 03131574, diaper 03188531, dock 03216828, dome 03220513, drum 03249569,
Dutch oven 03259280, envelope 03291819, file 03337140, flute 03372029, fountain 03388043, gondola 03447447,
gown 03450230, grille 03459775, half track 03478589, hammer 03481172, harp 03495258, holster 03527444, hook 03532672,
iron 03584829, jersey 03595614, library 03661043, liner 03673027, lotion 03690938, mailbag 03709823, maillot 03710637,
maillot tank suit 03710721, mask 03724870, monitor 03782006, mortar 03786901, mortarboard 03787032, paddle 03873416,
pajama 03877472, palace 03877845, pick 03929660, pickup 03930630, pier 03933933, pinwheel 03944341, plane 03954731,
planetarium 03956157, pole 03976657, pot 03991062, printer 04004767, projector 04009552, radiator 04040759,
radio 04041544, reel 04067472, revolver 04086273, rotisserie 04111531, safe 04125021, scale 04141975,
schooner 04147183, screen 04152593, screw 04153751, shield 04192698, shovel 04208210, slot 04243546, snorkel 04251144,
spatula 04270147, spider web 04275548, spindle 04277352, stage 04296562, stove 04330267, stretcher 04336792,
suit 04350905, swab 04367480, switch 04372370, tank 04389033, television 04404412, tractor 04465501, upright 04515003,
vault 04523525, wardrobe 04550184, washbasin 04553703, washer 04554684, whistle 04579432, wing 04592741,
wooden spoon 04597913, yawl 04612504, volcano 09472597, groom 10148035, corn 12144580, buckeye 12768682"""
MOST_CLASSES = 250   # what means more classes than that ("animal", "artifact", "thing") says too little
MOST_SENSES = 3


def spellings(name):
    name = name.lower()
    return list(dict.fromkeys([name, name.replace("-", " "), name.replace(" ", "-"), name.replace(" ", "")]))


class WordNet:
    def __init__(self, folder, class_names):
        """folder: wordnet-base's /usr/share/wordnet; class_names: the 1,000 names in order"""
        folder = Path(folder)
        self.words, self.above, self.below = {}, collections.defaultdict(list), collections.defaultdict(list)
        for line in self._lines(folder / "data.noun"):
            fields = line.split("|")[0].split()
            synset, count = fields[0], int(fields[3], 16)
            self.words[synset] = [w.replace("_", " ") for w in fields[4:4 + 2 * count:2]]
            pointers = fields[5 + 2 * count:]
            for kind, other, part in zip(pointers[0::4], pointers[1::4], pointers[2::4]):
                if kind in ("@", "@i") and part == "n":
                    self.above[synset].append(other)
                    self.below[other].append(synset)
        self.senses = {}   # of a word, the most usual first
        for line in self._lines(folder / "index.noun"):
            fields = line.split()
            self.senses[fields[0].replace("_", " ")] = fields[6 + int(fields[3]):]
        self.plurals = collections.defaultdict(set)   # irregular
        self.singular = {}
        for line in open(folder / "noun.exc"):
            plural, singular = (w.replace("_", " ") for w in line.split()[:2])
            self.singular[plural] = singular
            self.plurals[singular].add(plural)
        self.class_names = class_names
        self.synsets = self._synsets_of_classes()
        self.class_of = {synset: i for i, synset in enumerate(self.synsets)}
        assert len(self.class_of) == len(class_names)

    @staticmethod
    def _lines(file):
        return (line for line in open(file) if not line.startswith("  "))

    def lemmas(self, word):
        """forms of a word that WordNet has: the irregular singular, the word itself, regular singulars"""
        word = word.lower()
        forms = ([self.singular[word]] if word in self.singular else []) + [word]
        for ending, instead in (("s", ""), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"),
                                ("men", "man"), ("ies", "y")):
            if word.endswith(ending) and len(word) > len(ending) + 1:
                forms.append(word[:-len(ending)] + instead)
        return [f for f in dict.fromkeys(forms) if f in self.senses]

    def _synsets_of_classes(self):
        fixed = {name: synset for name, synset in
                 (entry.strip().rsplit(" ", 1) for entry in SYNSETS.replace("\n", " ").split(","))}
        best = []   # of each class, by synset: (weight of the best chain that ends there, its synset before)
        for i, name in enumerate(self.class_names):
            if name in fixed:
                candidates = [fixed[name]]
            else:
                candidates = {s for v in spellings(name) for l in (self.lemmas(v) or []) for s in self.senses[l]}
            here = {}
            for synset in sorted(candidates):
                before = [(w, s) for s, (w, _) in best[-1].items() if s < synset] if best else [(0, None)]
                if before:
                    weight, previous = max(before, key=lambda b: b[0])
                    named_so = self.words[synset][0].lower() == name.lower()
                    here[synset] = (weight + 1 + 0.3 * named_so, previous)
            assert here, f"no synset for class {i}, {name}"
            best.append(here)
        synset = max(best[-1], key=lambda s: best[-1][s][0])
        chain = []
        for here in reversed(best):
            chain.append(synset)
            synset = here[synset][1]
        return chain[::-1]

    @functools.lru_cache(None)
    def classes_below(self, synset):
        seen, left, found = {synset}, [synset], set()
        while left:
            at = left.pop()
            if at in self.class_of:
                found.add(self.class_of[at])
            for child in self.below[at]:
                if child not in seen:
                    seen.add(child)
                    left.append(child)
        return frozenset(found)

    @functools.lru_cache(None)
    def classes(self, word):
        """the classes that a word or compound means: those of its most usual sense that has any, and a class of its name"""
        found = frozenset()
        for form in dict.fromkeys(f for v in (word, word.replace("-", " "), word.replace(" ", "-")) for f in self.lemmas(v)):
            for synset in self.senses[form][:8]:
                below = self.classes_below(synset)
                if below and len(below) <= MOST_CLASSES:
                    found = below
                    break
            if found:
                break
        return found | {i for i, name in enumerate(self.class_names) if name.lower() == word}

    def class_sets(self):
        """every set of classes that some synset has below it"""
        above = collections.defaultdict(set)
        for synset, i in self.class_of.items():
            seen, left = {synset}, [synset]
            while left:
                at = left.pop()
                above[at].add(i)
                for parent in self.above[at]:
                    if parent not in seen:
                        seen.add(parent)
                        left.append(parent)
        return sorted({frozenset(s) for s in above.values() if len(s) <= 400}, key=lambda s: (len(s), sorted(s)))

    def vocabulary(self):
        """every word or compound of at most four words that means some class, singular and plural, with its classes"""
        out = {}
        for synset, words in self.words.items():
            if not self.classes_below(synset):
                continue
            for word in map(str.lower, words):
                found = self.classes(word)
                if not found or len(word.split()) > 4 or not all(c.isalnum() or c in " -'" for c in word):
                    continue
                for form in {word, word.replace("-", " "), *self.plurals.get(word, ()), *regular_plurals(word)}:
                    out.setdefault(form, found)
        for i, name in enumerate(self.class_names):
            out.setdefault(name.lower(), self.classes(name.lower()))
        return dict(sorted(out.items()))


def regular_plurals(word):
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return [word + "es"]
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return [word[:-1] + "ies"]
    if word.endswith("man"):
        return [word[:-3] + "men"]
    return [word + "s"]
