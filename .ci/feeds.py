"""Reads the feeds of a server as feed readers do; anything but a clean parse is a fault."""

import sys
import urllib.request
import warnings

import feedparser

warnings.simplefilter("error")


QUERIES = (
    "",
    "?significant=all",
    "?lang=fr&kind=first",
    "?significant=all&archive=1",
    "?type=Privacy+Policy&type=Terms+of+Service&significant=all&lang=fr",
    "?kind=no-longer-tracked&kind=tracked-again",
)


def feeds(base):
    for extension in ("atom", "rss"):
        for query in QUERIES:
            yield f"{base}/feeds/changes.{extension}{query}"
    yield f"{base}/feed"


def read(address):
    try:
        body = urllib.request.urlopen(address).read()
    except urllib.error.HTTPError as error:
        # A short history has no archives yet.
        assert error.code == 404 and "archive" in address, (address, error.code)
        return 0
    feed = feedparser.parse(body)
    assert not feed.bozo, (address, feed.bozo_exception)
    assert feed.feed.title and feed.version in ("atom10", "rss20"), (address, feed.version)
    date = "published_parsed" if feed.version == "rss20" else "updated_parsed"
    for entry in feed.entries:
        assert entry.id and entry.title and entry.link and entry[date], address
    return len(feed.entries)


def main(base):
    counts = {address: read(address) for address in feeds(base)}
    assert any(counts.values()), "no feed has an entry"
    print(f"{len(counts)} feeds read, {sum(counts.values())} entries, no warning")


main(sys.argv[1])
