#!/usr/bin/python3 -I
"""Writes statistics about an English or similar text to analysis.json."""

import argparse
import collections
import json
import os
import re
import sys

WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+(?=[\"'“‘(\[]*[A-Z0-9À-Þ])")
# A full stop after one of these ends no sentence.
ABBREVIATION = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|St|No|Fig|vs|etc|approx|ca|e\.g|i\.e)|\b[A-Z])\.$")
PAGE_NUMBER = re.compile(r"^(?:[Pp]age )?[-–]? ?\d{1,4} ?[-–]?(?: of \d{1,4})?$")
STOP_WORDS = frozenset(
    """a about above after again against all also am an and any are as at be because been before being below between both
    but by can could did do does doing down during each even every few for from further had has have having he her here hers
    him his how however i if in into is it its itself just like made make many may me might more most much must my no nor not
    now of off on once one only or other our out over own same she should since so some such than that the their theirs them
    then there these they this those three through to too two under until up upon us very was we were what when where whether
    which while who whom why will with within without would yet you your""".split()
)


def fail(message, code=1):
    print(message, file=sys.stderr)
    sys.exit(code)


def progress(percent, message):
    path = os.environ.get("LOCKSTEP_EVENTS")
    if path:
        try:
            with open(path, "a", encoding="utf-8") as events:
                events.write(json.dumps({"progress": percent, "message": message}) + "\n")
        except OSError:
            pass


def blocks_of(page):
    """Splits a page at blank lines, after headings, and after lines that end a sentence well before the margin."""
    lines = [" ".join(line.split()) for line in page.splitlines()]
    lines = ["" if len(line) < 24 and PAGE_NUMBER.match(line) else line for line in lines]
    margin = max(map(len, lines), default=0)
    block = []
    for line, following in zip(lines, [*lines[1:], ""]):
        if line:
            block.append(line)
        short = len(line) < 0.85 * margin
        ends = short and line[-1:] in tuple(".!?…") and margin > 40
        heading = short and len(block) == 1 and line[-1:].isalnum() and following[:1].isupper() and margin > 40
        if block and (not line or ends or heading):
            yield "\n".join(block)
            block = []
    if block:
        yield "\n".join(block)


def paragraphs(text):
    """The paragraphs and headings, each as one line; words hyphenated at a line's end are joined, page numbers left out.

    A paragraph that a page break cuts in two is put together again.
    """
    found = []
    for page in text.split("\f"):
        for number, block in enumerate(blocks_of(page)):
            block = re.sub(r"([^\W\d_])-\n([a-zß-ÿ])", r"\1\2", block)
            block = " ".join(block.split())
            if number == 0 and found and found[-1][-1] not in ".!?…:”\"" and block[0].islower():
                found[-1] += " " + block
            else:
                found.append(block)
    return found


def sentences(paragraph):
    """Splits one paragraph; text without a final mark, such as a heading, is no sentence."""
    found, start = [], 0
    for end in SENTENCE_END.finditer(paragraph):
        # The last word decides; looking further back would make long lists of initials slow.
        if not ABBREVIATION.search(paragraph[max(start, end.start() - 16) : end.start()]):
            found.append(paragraph[start : end.start()].strip())
            start = end.end()
    rest = paragraph[start:].strip()
    if rest and rest.rstrip("\"'”’)]")[-1:] in tuple(".!?…"):
        found.append(rest)
    return found


def syllables(word):
    """An estimate for English: groups of vowels, without a silent final e."""
    word = word.lower()
    count = len(re.findall(r"[aeiouyà-öø-ÿ]+", word))
    if word.endswith("e") and not word.endswith(("le", "ee")) and count > 1:
        count -= 1
    return max(count, 1)


def mean(total, count):
    return round(total / count, 2) if count else 0.0


def ranked(counter, limit):
    """The most frequent entries; equal counts in alphabetical order, so that equal texts give equal results."""
    return sorted(counter.items(), key=lambda entry: (-entry[1], entry[0]))[:limit]


def readability(words, sentence_count):
    """Flesch reading ease and Flesch-Kincaid grade (Flesch 1948, Kincaid 1975)."""
    per_sentence = len(words) / sentence_count
    per_word = sum(map(syllables, words)) / len(words)
    ease = 206.835 - 1.015 * per_sentence - 84.6 * per_word
    steps = ((80, "easy"), (60, "plain"), (50, "fairly difficult"), (30, "difficult"))
    return {
        "flesch_reading_ease": round(ease, 1),
        "flesch_kincaid_grade": round(0.39 * per_sentence + 11.8 * per_word - 15.59, 1),
        "average_syllables": round(per_word, 2),
        "verdict": next((verdict for least, verdict in steps if ease >= least), "very difficult"),
    }


def analyze(text, level, top):
    blocks = paragraphs(text)
    by_block = [sentences(block) for block in blocks]
    all_sentences = [sentence for block in by_block for sentence in block]
    words = WORD.findall("\n".join(blocks))
    # Nothing that people call a word is longer; a text without spaces must not end up whole in the results.
    folded = [word[:64].casefold().replace("’", "'") for word in words]
    counts = collections.Counter(folded)
    content = collections.Counter({word: n for word, n in counts.items() if word not in STOP_WORDS and len(word) > 1})
    in_sentences = sum(len(WORD.findall(sentence)) for sentence in all_sentences)
    frequent = ranked(content, top)
    progress(40, f"{len(words)} words counted")

    result = {
        "level": level,
        "summary": f"{len(words)} words in {len(all_sentences)} sentences and {len(blocks)} paragraphs"
        + (f"; most about: {', '.join(word for word, _ in frequent[:3])}." if frequent else "."),
        "key_metrics": {
            "characters": sum(map(len, blocks)),
            "words": len(words),
            "distinct_words": len(counts),
            "sentences": len(all_sentences),
            "paragraphs": len(blocks),
            "average_word_length": mean(sum(map(len, words)), len(words)),
            "average_sentence_length": mean(in_sentences, len(all_sentences)),
            "reading_minutes": round(len(words) / 230, 1),
        },
        "frequent_words": [{"word": word, "count": count} for word, count in frequent],
    }
    if level in ("detailed", "comprehensive"):
        progress(60, "Sentences")
        longest = sorted(all_sentences, key=lambda sentence: -len(WORD.findall(sentence)))[:3]
        result["longest_sentences"] = [
            {"words": len(WORD.findall(sentence)), "text": sentence[:1000]} for sentence in longest
        ]
        result["lexical_diversity"] = mean(len(counts), len(words))
        if words and all_sentences:
            result["readability"] = readability(words, len(all_sentences))
    if level == "comprehensive":
        progress(80, "Word pairs and paragraphs")
        pairs = collections.Counter()
        for sentence in all_sentences:
            line = [word[:64].casefold() for word in WORD.findall(sentence)]
            pairs.update(
                f"{one} {two}" for one, two in zip(line, line[1:]) if not STOP_WORDS.intersection((one, two))
            )
        once = sorted(word for word, count in counts.items() if count == 1)
        result["frequent_pairs"] = [
            {"pair": pair, "count": count} for pair, count in ranked(pairs, top) if count > 1
        ]
        result["words_used_once"] = {"count": len(once), "examples": once[:50]}
        result["paragraph_metrics"] = [
            {"number": number, "words": len(WORD.findall(block)), "sentences": len(found), "starts": block[:60]}
            for number, (block, found) in enumerate(zip(blocks[:1000], by_block), start=1)
        ]
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--level", choices=("basic", "detailed", "comprehensive"), default="basic")
    parser.add_argument("--top", type=int, default=10)
    parser.add_argument("text", help="path of a UTF-8 text file")
    options = parser.parse_args()
    try:
        with open(options.text, encoding="utf-8") as file:
            text = file.read()
    except UnicodeDecodeError as error:
        fail(f"The text is not UTF-8: byte {error.start} cannot be read.", 2)
    except OSError as error:
        fail(f"The text cannot be read: {error.strerror}.", 2)
    result = analyze(text, options.level, options.top)
    with open("analysis.json", "w", encoding="utf-8") as file:
        json.dump(result, file, ensure_ascii=False, indent=1)
    progress(100, "Analysis done")
    print(result["summary"])


if __name__ == "__main__":
    main()
