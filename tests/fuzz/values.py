"""Values for the arguments of commands: first plausible ones, then odd and hostile ones."""

__all__ = ["HOSTILE", "NUMBERS", "RUNS", "VALUES"]

FILES = (
    "text.txt", "labels.txt", "pairs.txt", "-", "empty.txt", "noise.bin", "text.txt.gz", "fake.gz",
    "latin.txt", "one.txt", "wide.txt", "settings.json", "folder", "nowhere", "emoji-names", "",
    ".", "/dev/null", "loop", "runs/plain", "caf\udce9.txt", "/proc/self/mem",
)  # fmt: skip
RUNS = (
    "runs/plain", "plain", "labels", "pairs", "codes", "1", "0001", "9", "", ".", "..", "text.txt",
    "/", "runs", "loop", "runs/broken", "\x1b[31m", "~nobody", "٣",
)  # fmt: skip
OUTPUTS = (
    "new.txt", "new", "text.txt", "folder", "-", "", ".", "..", "/dev/null", "/dev/full", "loop",
    "no/such/folder", "x" * 300, "runs/plain", "runs", "link.txt", "../up.txt", "caf\udce9",
)  # fmt: skip
ENCODINGS = (
    "utf-8", "latin-1", "utf-16", "unicode_escape", "utf-7", "idna", "base64", "rot13", "", "nope",
    "UTF8", "undefined", "punycode", "utf-8-sig", "\udcff", "mbcs", "hz",
)  # fmt: skip
NUMBERS = (
    "4", "8", "1", "2", "3", "0", "-1", "5", "16", "100", "65536", "65537", "1048576", "1000000",
    "9223372036854775807", "9223372036854775808", "-9223372036854775809", "1" + "0" * 30,
    "9" * 5000, "0.5", "1e-3", "1e400", "-0.0", "nan", "inf", "-inf", "1_0", "٣", " 7 ", "+2",
    "0x10", "", "1,5", "None", "1e-320", "1000000000000000",
)  # fmt: skip
FEW = (
    "3",
    "1",
    "2",
    "4",
    "20",
    "0",
    "-1",
    "x",
    "",
    "1.5",
    "nan",
    "٣",
    "1_0",
    "-9223372036854775809",
)
MINUTES = ("0", "nan", "inf", "-1", "x", "1e-320", "-0.0", "1e400")
HOSTILE = (
    "", "-", "--", "-1", "--help", "\x1b]0;title\x07", "\udcff", "\u202e", "💥" * 40, "x" * 4000,
    "%s%n", "{}", "[red]", "[/]", "'", "\\", "\n", "\t", "a\nb", "$(id)", "~", "*", "/", "..", "=",
    "a=b", "0",
)  # fmt: skip
VALUES: dict[str, tuple[str, ...]] = {
    "orders": ("1-6", "2,4", "1", "0", "11", "3-1", "1-9999", "-", "", "a", "1-", "٣", ","),
    "label": ("odd", "even", "", "nope", "\x1b", "o"),
    "codes": ("0=1", "1=0.5", "0=3", "5=0", "0=nan", "1=inf", "=", "0=1=2", "0", "x=y", "1=1e400"),
    "seeds": ("1,2", "1", "1,2,3", "", ",", "-1", "9223372036854775808", "a", "1,,2", "٣,1", "0,0"),
    "match": (
        "a", "(a+)+$", "[", "(?i)A", "a{99999}", "(?P<x>", "\\", "^", "(*", "(?R)", "\\p{L}",
        "a" * 9000,
    ),
    "fail_above": (
        "jsd4=0.3", "jsd1=1", "cer=0", "jsd4=nan", "=", "jsd4", "x=1", "bleu=0.1", "jsd9=1e400",
    ),
    "fail_below": ("unique=0.3", "valid=0.5", "frontier4=0.1", "jsd4=0.3", "=", "distinct2=nan"),
    "count": FEW, "samples": FEW, "interpolate": FEW, "n": FEW, "autoregressive": MINUTES,
    "encoding": ENCODINGS, "runs": ("runs", "folder", "nowhere", "", "text.txt", "/", ".", "loop"),
    "folder": ("runs", "folder", "nowhere", "", "text.txt", "/", ".", "loop"),
    "out": OUTPUTS, "html": OUTPUTS,
    "config_file": ("settings.json", "runs/plain/config.json", *FILES),
    "against": (*FILES, *RUNS), "model": (*FILES, *RUNS), "held_out": FILES,
    "targets": (*RUNS, *FILES), "target": (*RUNS, *FILES), "corpus": FILES, "file": FILES,
    "run": RUNS, "resume": RUNS, "init": RUNS,
    "device": ("cpu", "auto", "cuda", "tpu"),
}  # fmt: skip
