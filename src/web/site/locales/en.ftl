# What the pages say in English. A message that is missing here fails a test.

thousands = ,
day = { $d } { $month } { $y }
short-day = { $d } { $short } { $y }
week-day = { $weekday } { $day }
month = { $month } { $y }
short-month = { $short } { $y }
moment = { $day }, { $time } UTC
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
short-month-1 = Jan
short-month-2 = Feb
short-month-3 = Mar
short-month-4 = Apr
short-month-5 = May
short-month-6 = Jun
short-month-7 = Jul
short-month-8 = Aug
short-month-9 = Sep
short-month-10 = Oct
short-month-11 = Nov
short-month-12 = Dec
weekday-1 = Monday
weekday-2 = Tuesday
weekday-3 = Wednesday
weekday-4 = Thursday
weekday-5 = Friday
weekday-6 = Saturday
weekday-7 = Sunday

# The frame of every page.
skip = Skip to the text
navigation = Sections
nav-changes = Changes
nav-services = Services
nav-terms-types = Terms types
nav-subscribe = Subscribe
nav-status = Status
nav-about = About
languages = Languages
search-label = Search all versions
search-placeholder = Search all versions
search-button = Search
crumbs = Where you are
colophon = Tracked by fineprint, free software under the EUPL 1.2. Everything here can be checked against a public git history.
colophon-api = Data for programs

# Counts.
services-count = { $n ->
    [one] { $count } service
   *[other] { $count } services
 }
terms-count = { $n ->
    [one] { $count } terms
   *[other] { $count } terms
 }
counting-changes = { $n ->
    [0] no change that counts
    [one] { $count } change that counts
   *[other] { $count } changes that count
 }

# Kinds of change: a word for the label, and what it means.
kind-first = First
kind-substantive = Wording
kind-editorial = Editing
kind-links = Links
kind-formatting = Layout
kind-boilerplate = Surroundings
kind-dates-numbers = Figures
kind-reorder = Order
kind-outage = Not readable
kind-recovery = Readable again
kind-blink = Back and forth
kind-real-revert = Taken back
kind-technical-upgrade = Re-extracted
kind-unknown = Change
meaning-first = the first text we have
meaning-substantive = the terms say something else
meaning-editorial = other words to the same effect
meaning-links = only targets of links
meaning-formatting = only layout
meaning-boilerplate = only what stands around the terms
meaning-dates-numbers = dates, numbers or amounts
meaning-reorder = the same words in another order
meaning-outage = an error page, a sign-in page or a part
meaning-recovery = the terms are there again
meaning-blink = back to an earlier text, by accident
meaning-real-revert = the provider took a change back
meaning-technical-upgrade = our way of reading changed, not the terms

# Home and changes.
changes-title = What changed
changes-lead = Terms of { $services }, { $terms } in all, read since { $since }. Here are the changes that count;
changes-lead-empty = Nothing has been recorded yet.
others = { $n ->
    [0] nothing else was recorded.
    [one] { $count } other altered links, layout or order.
   *[other] { $count } others altered links, layout or order.
 }
changes-all-title = Changes
changes-all-lead = Everything that was recorded, by day. What alters only links, layout or order is folded unless you ask for it.
changes-none = No change fits.
read-change = Read the change
read-text = Read the text
folded = { $n ->
    [one] { $count } change of links, layout or order
   *[other] { $count } changes of links, layout or order
 }
older = Older changes
newer = Newer changes
filters = Filters
filter-service = Service
filter-type = Terms type
filter-kind = Kind
filter-since = Since
filter-until = Until
filter-any = any
filter-significant = Only changes that count
filter-apply = Show
plot-title = Changes per month
plot-counts = that count
plot-others = everything else
plot-words = From { $from } to { $to }: { $counts }, { $all } in all.
tracking-title = Tracking
tracking-all-read = All { $terms } could be read when last tried.
tracking-no-ledger = No checks have been recorded yet.
follow-title = Follow
follow-build = build a feed

# Services and terms types.
services-title = Services
services-lead = { $services } are tracked, with { $terms }.
filter-as-you-type = Filter
column-service = Service
column-terms = Terms
column-last-change = Last change that counts
column-last-version = Last version
column-changes = Changes that count
not-declared = no longer tracked
never = none yet
service-lead = { $terms } tracked, { $changes } since { $since }.
service-terms = Terms
service-timelines = On one time axis
service-changes = Latest changes
service-declaration = Declaration
service-declaration-lead = What is tracked, and which part of each page counts, as the collection declares it.
types-title = Terms types
types-lead = The same kind of text across services.
type-lead = { $services } have this terms, side by side on time.

# A terms, and its versions.
terms-lead = { $changes } in { $months }. Last version of { $last }.
months-count = { $n ->
    [one] { $count } month
   *[other] { $count } months
 }
timeline-words = Versions of { $it } on a time axis. The same are listed under “What changed”.
text-of = Text of { $it }
what-changed = What changed
on-a-date = What applied on
on-a-date-button = Show
cite = Cite
download = Download
follow = Follow
contents = Contents
version-title = { $terms }, text of { $date }
version-older = This is not the latest text.
version-latest = Read the latest
version-change = What changed with it
version-next = The next version
version-previous = The version before
evidence = Evidence
evidence-read = Read
evidence-from = From
evidence-commit = Commit
evidence-snapshot = Page as fetched
evidence-engine = Recorded by
evidence-kind = Kind
download-markdown = Markdown
download-html = HTML
cite-title = Cite this version
cite-text = Text
cite-sentence = { $service }, “{ $type }”, text of { $date }, as recorded by { $collection } (version { $id }), { $url }.
passage-link = Link to this passage
applied-none = No text was recorded by { $it }.
gap = not readable, { $days }
days-count = { $n ->
    [one] { $count } day
   *[other] { $count } days
 }

# A change.
change-title = Change of { $date }
change-between = from { $from } to { $to }
change-became = “{ $old }” became “{ $new }”
change-added = “{ $new }” was added
change-removed = “{ $old }” was removed
change-none = The two texts are equal.
change-only-markup = Nothing that is read as words differs.
view-inline = Inline
view-sides = Side by side
view-links-on = Show { $count } link changes
view-links-off = Hide link changes
view-whole = Whole text
view-changes = Changes only
next-change = next change
previous-change = previous change
why-title = Why it counts
why-not-title = Why it does not count
share-title = Share
share-link = Link to this change
text-before = Text before
text-after = text after
page-before = Page as fetched before
page-after = after
in-section = in “{ $it }”
fold-kept = { $n ->
    [one] { $count } unchanged paragraph
   *[other] { $count } unchanged paragraphs
 }
block-moved = Moved here from “{ $it }”
block-moved-plain = Moved here
block-moved-away = Moved to “{ $it }”
block-moved-away-plain = Moved elsewhere
link-changed = Link “{ $label }”: { $old } → { $new }
coarse-tooLarge = The texts are very long: whole paragraphs are compared, not words.
coarse-tooDifferent = The texts share next to nothing: whole paragraphs are compared, not words.
coarse-outOfTime = Comparing took too long: some paragraphs are compared as a whole.
minimap = Where in the text the changes are
changed-paragraphs = { $n ->
    [one] { $count } paragraph changed
   *[other] { $count } paragraphs changed
 }
added-paragraphs = { $count } added
removed-paragraphs = { $count } removed
moved-paragraphs = { $count } moved
changed-links = { $n ->
    [one] { $count } link
   *[other] { $count } links
 }

# Search.
search-title = Search
search-lead = Every paragraph of every version, each once, with when it was first and last seen.
search-results = { $n ->
    [0] Nothing was found for “{ $q }”.
    [one] { $count } passage for “{ $q }”
   *[other] { $count } passages for “{ $q }”
 }
search-building = The full text is still being prepared: { $it } are ready. What is found may be incomplete.
search-not-understood = This search cannot be understood: { $it }
search-first-seen = first seen { $it }
search-last-seen = last seen { $it }
search-still-there = still there
search-more = More passages
search-help = Put phrases into quotes; a minus before a word leaves passages with it out; a star after a beginning stands for any ending.

# Subscribe.
subscribe-title = Subscribe
subscribe-lead = Choose what you want to hear of. A feed reader, a mail client or a newsroom tool can follow the addresses below.
subscribe-kinds = Kinds of change
subscribe-words = Only changes that contain
subscribe-significant = Only changes that count
subscribe-which = Which changes
subscribe-build = Build the feed
subscribe-addresses = Addresses
subscribe-preview = What this feed would have carried
subscribe-preview-none = Nothing in the last { $it }.
subscribe-opml = All feeds as OPML

# Status.
status-title = Status
status-lead = When each terms was last checked, and what stands in the way where it could not be read.
status-none = No checks have been recorded yet: they begin with the next run.
status-ok = read
status-failing = failing since { $it }
status-held = held since { $it }
status-never = never checked
status-last-check = Last check
status-state = State
status-reason = Why

# About.
about-title = About
about-collection = This collection
about-how = How it works
about-how-text = A program reads each page several times a day, keeps it as it was fetched, takes the terms out of it and compares them with the last version. Each step is a record in a public git history, so that anybody can check it.
about-counts = What counts as a change
about-counts-text = Most of what alters on such pages says nothing: links, layout, an error for an hour. Each change is told its kind by fixed rules that give their reasons; nothing is ever removed. Kinds can be corrected by a person.
about-cite = How to cite
about-cite-text = Every version, change and passage has an address that stays. “Cite” beside a text gives a reference as text, BibTeX or CSL-JSON.
about-data = Data and licences
about-data-text = The texts belong to the services that published them. The software is free, under the EUPL 1.2, and easy to host.
about-api = Programs can read everything here, too:
about-languages = Languages
about-jurisdictions = Jurisdictions
about-shapes = What the signs mean

# Errors.
error-404 = Nothing is here
error-404-text = The address may be mistyped, or what was here has another name now.
error-400 = This cannot be understood
error-500 = This did not work
error-500-text = The archive could not be read. It is not your fault; try again in a moment.
error-home = Go to what changed
