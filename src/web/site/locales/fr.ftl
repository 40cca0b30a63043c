# Ce que disent les pages en français. Un message qui manque ici fait échouer un test.

thousands = {"\u202F"}
day = { $d ->
    [1] 1er
   *[other] { $d }
 } { $month } { $y }
short-day = { $d ->
    [1] 1er
   *[other] { $d }
 } { $short } { $y }
week-day = { $weekday } { $day }
month = { $month } { $y }
short-month = { $short } { $y }
moment = { $day } à { $time } UTC
month-1 = janvier
month-2 = février
month-3 = mars
month-4 = avril
month-5 = mai
month-6 = juin
month-7 = juillet
month-8 = août
month-9 = septembre
month-10 = octobre
month-11 = novembre
month-12 = décembre
short-month-1 = janv.
short-month-2 = févr.
short-month-3 = mars
short-month-4 = avr.
short-month-5 = mai
short-month-6 = juin
short-month-7 = juil.
short-month-8 = août
short-month-9 = sept.
short-month-10 = oct.
short-month-11 = nov.
short-month-12 = déc.
weekday-1 = lundi
weekday-2 = mardi
weekday-3 = mercredi
weekday-4 = jeudi
weekday-5 = vendredi
weekday-6 = samedi
weekday-7 = dimanche

# Le cadre de chaque page.
skip = Aller au texte
navigation = Rubriques
nav-changes = Changements
nav-services = Services
nav-terms-types = Types
nav-subscribe = S’abonner
nav-status = Suivi
nav-about = À propos
languages = Langues
search-label = Chercher dans toutes les versions
search-placeholder = Toutes les versions
search-button = Chercher
crumbs = Vous êtes ici
colophon = Suivi par fineprint, logiciel libre sous EUPL 1.2. Tout ce qui figure ici se vérifie dans un historique git public.
colophon-api = Données pour programmes

# Nombres.
services-count = { $n ->
    [one] { $count } service
   *[other] { $count } services
 }
terms-count = { $n ->
    [one] { $count } document
   *[other] { $count } documents
 }
counting-changes = { $n ->
    [0] aucun changement notable
    [one] { $count } changement notable
   *[other] { $count } changements notables
 }

# Les sortes de changement.
kind-first = Premier texte
kind-substantive = Contenu
kind-editorial = Rédaction
kind-links = Liens
kind-formatting = Mise en page
kind-boilerplate = Alentours
kind-dates-numbers = Chiffres
kind-reorder = Ordre
kind-outage = Illisible
kind-recovery = De nouveau lisible
kind-blink = Va-et-vient
kind-real-revert = Retour en arrière
kind-technical-upgrade = Relecture technique
kind-unknown = Changement
meaning-first = le premier texte dont nous disposons
meaning-substantive = les conditions disent autre chose
meaning-editorial = d’autres mots, le même effet
meaning-links = seulement des adresses de liens
meaning-formatting = seulement la mise en page
meaning-boilerplate = seulement ce qui entoure le texte
meaning-dates-numbers = des dates, des nombres ou des montants
meaning-reorder = les mêmes mots dans un autre ordre
meaning-outage = une page d’erreur, de connexion, ou un fragment
meaning-recovery = le texte est de retour
meaning-blink = retour à un texte antérieur, par accident
meaning-real-revert = le fournisseur est revenu sur un changement
meaning-technical-upgrade = notre manière de lire a changé, non le texte

# Accueil et changements.
changes-title = Ce qui a changé
changes-lead = Les conditions de { $services }, soit { $terms }, lues depuis { $since }. Voici les changements qui comptent ;
changes-lead-empty = Rien n’a encore été enregistré.
others = { $n ->
    [0] rien d’autre n’a été enregistré.
    [one] { $count } autre ne touche que liens, mise en page ou ordre.
   *[other] { $count } autres ne touchent que liens, mise en page ou ordre.
 }
changes-all-title = Changements
changes-all-lead = Tout ce qui a été enregistré, jour par jour. Ce qui ne touche que liens, mise en page ou ordre est replié, sauf demande.
changes-none = Aucun changement ne correspond.
read-change = Lire le changement
read-text = Lire le texte
folded = { $n ->
    [one] { $count } changement de liens, de mise en page ou d’ordre
   *[other] { $count } changements de liens, de mise en page ou d’ordre
 }
older = Changements plus anciens
newer = Changements plus récents
filters = Filtres
filter-service = Service
filter-type = Type de conditions
filter-kind = Sorte
filter-since = Depuis le
filter-until = Jusqu’au
filter-any = tous
filter-significant = Seulement les changements qui comptent
filter-apply = Afficher
plot-title = Changements par mois
plot-counts = qui comptent
plot-others = tous les autres
plot-words = De { $from } à { $to } : { $counts }, { $all } en tout.
tracking-title = Suivi
tracking-all-read = Lors du dernier essai, tout a pu être lu ({ $terms }).
tracking-no-ledger = Aucun contrôle n’a encore été enregistré.
follow-title = Suivre
follow-build = composer un flux

# Services et types de conditions.
services-title = Services
services-lead = { $services } sont suivis, soit { $terms }.
filter-as-you-type = Filtrer
column-service = Service
column-terms = Conditions
column-last-change = Dernier changement notable
column-last-version = Dernière version
column-changes = Changements notables
not-declared = n’est plus suivi
never = aucun à ce jour
service-lead = { $terms }, { $changes } depuis { $since }.
service-terms = Conditions
service-timelines = Sur un même axe
service-changes = Derniers changements
service-declaration = Déclaration
service-declaration-lead = Ce qui est suivi, et quelle partie de chaque page compte, tel que la collection le déclare.
types-title = Types de conditions
types-lead = La même sorte de texte d’un service à l’autre.
type-lead = { $services } ont ces conditions, côte à côte dans le temps.

# Des conditions et leurs versions.
terms-lead = { $changes } en { $months }. Dernière version du { $last }.
months-count = { $n ->
    [one] { $count } mois
   *[other] { $count } mois
 }
timeline-words = Les versions de { $it } sur un axe de temps. Elles figurent aussi sous « Ce qui a changé ».
text-of = Texte du { $it }
what-changed = Ce qui a changé
on-a-date = Texte en vigueur le
on-a-date-button = Afficher
cite = Citer
download = Télécharger
follow = Suivre
contents = Sommaire
version-title = { $terms }, texte du { $date }
version-older = Ce n’est pas le texte le plus récent.
version-latest = Lire le plus récent
version-change = Ce qui a changé avec elle
version-next = La version suivante
version-previous = La version précédente
evidence = Preuves
evidence-read = Lu
evidence-from = Depuis
evidence-commit = Commit
evidence-snapshot = Page telle que reçue
evidence-engine = Enregistré par
evidence-kind = Sorte
download-markdown = Markdown
download-html = HTML
cite-title = Citer cette version
cite-text = Texte
cite-sentence = { $service }, « { $type } », texte du { $date }, tel qu’enregistré par { $collection } (version { $id }), { $url }.
passage-link = Lien vers ce passage
applied-none = Aucun texte n’était enregistré au { $it }.
gap = illisible, { $days }
days-count = { $n ->
    [one] { $count } jour
   *[other] { $count } jours
 }

# Un changement.
change-title = Changement du { $date }
change-between = du { $from } au { $to }
change-became = « { $old } » devient « { $new } »
change-added = Ajout : « { $new } »
change-removed = Suppression : « { $old } »
change-none = Les deux textes sont identiques.
change-only-markup = Rien de ce qui se lit comme des mots ne diffère.
view-inline = À la suite
view-sides = Côte à côte
view-links-on = Montrer { $count } changements de liens
view-links-off = Masquer les changements de liens
view-whole = Texte entier
view-changes = Changements seuls
next-change = changement suivant
previous-change = précédent
why-title = Pourquoi il compte
why-not-title = Pourquoi il ne compte pas
share-title = Partager
share-link = Lien vers ce changement
text-before = Texte avant
text-after = texte après
page-before = Page reçue avant
page-after = après
in-section = dans « { $it } »
fold-kept = { $n ->
    [one] { $count } paragraphe inchangé
   *[other] { $count } paragraphes inchangés
 }
block-moved = Déplacé ici depuis « { $it } »
block-moved-plain = Déplacé ici
block-moved-away = Déplacé vers « { $it } »
block-moved-away-plain = Déplacé ailleurs
link-changed = Lien « { $label } » : { $old } → { $new }
coarse-tooLarge = Les textes sont très longs : on compare des paragraphes entiers, non des mots.
coarse-tooDifferent = Les textes n’ont presque rien en commun : on compare des paragraphes entiers, non des mots.
coarse-outOfTime = La comparaison a duré trop longtemps : certains paragraphes sont comparés d’un bloc.
minimap = Où se trouvent les changements dans le texte
changed-paragraphs = { $n ->
    [one] { $count } paragraphe modifié
   *[other] { $count } paragraphes modifiés
 }
added-paragraphs = { $count } de plus
removed-paragraphs = { $count } de moins
moved-paragraphs = { $n ->
    [one] { $count } déplacé
   *[other] { $count } déplacés
 }
changed-links = { $n ->
    [one] { $count } lien
   *[other] { $count } liens
 }

# Recherche.
search-title = Recherche
search-lead = Chaque paragraphe de chaque version, une seule fois, avec la date où il est apparu et celle où il a été vu pour la dernière fois.
search-results = { $n ->
    [0] Rien n’a été trouvé pour « { $q } ».
    [one] { $count } passage pour « { $q } »
   *[other] { $count } passages pour « { $q } »
 }
search-building = Le texte intégral est en préparation : { $it } sont prêtes. Des résultats peuvent manquer.
search-not-understood = Cette recherche est incompréhensible : { $it }
search-first-seen = apparu le { $it }
search-last-seen = vu pour la dernière fois le { $it }
search-still-there = toujours présent
search-more = Plus de passages
search-help = Mettez les expressions entre guillemets ; un moins devant un mot écarte les passages où il figure ; une étoile après un début de mot remplace la suite.

# Abonnements.
subscribe-title = S’abonner
subscribe-lead = Choisissez ce dont vous voulez entendre parler. Un lecteur de flux, une messagerie ou l’outil d’une rédaction peut suivre les adresses ci-dessous.
subscribe-kinds = Sortes de changement
subscribe-words = Seulement les changements qui contiennent
subscribe-significant = Seulement les changements qui comptent
subscribe-which = Quels changements
subscribe-build = Composer le flux
subscribe-addresses = Adresses
subscribe-preview = Ce que ce flux aurait annoncé
subscribe-preview-none = Rien au cours des derniers { $it }.
subscribe-opml = Tous les flux en OPML

# État du suivi.
status-title = État du suivi
status-lead = Quand chaque texte a été contrôlé pour la dernière fois, et ce qui l’empêche d’être lu le cas échéant.
status-none = Aucun contrôle n’a encore été enregistré : le prochain passage commencera.
status-ok = lu
status-failing = en échec depuis le { $it }
status-held = en attente depuis le { $it }
status-never = jamais contrôlé
status-last-check = Dernier contrôle
status-state = État
status-reason = Raison

# À propos.
about-title = À propos
about-collection = Cette collection
about-how = Comment cela marche
about-how-text = Un programme lit chaque page plusieurs fois par jour, la garde telle que reçue, en extrait les conditions et les compare à la dernière version. Chaque étape est inscrite dans un historique git public, que chacun peut vérifier.
about-counts = Ce qui compte comme changement
about-counts-text = La plupart de ce qui bouge sur de telles pages ne dit rien : des liens, la mise en page, une erreur d’une heure. La sorte de chaque changement est établie par des règles fixes qui donnent leurs raisons ; rien n’est jamais retiré. Une personne peut corriger une sorte.
about-cite = Comment citer
about-cite-text = Chaque version, chaque changement, chaque passage a une adresse durable. « Citer », à côté d’un texte, donne la référence en texte, BibTeX ou CSL-JSON.
about-data = Données et licences
about-data-text = Les textes appartiennent aux services qui les ont publiés. Le logiciel est libre, sous EUPL 1.2, et facile à héberger.
about-api = Les programmes peuvent aussi tout lire ici :
about-languages = Langues
about-jurisdictions = Juridictions
about-shapes = Ce que veulent dire les signes

# Erreurs.
error-404 = Il n’y a rien ici
error-404-text = L’adresse est peut-être mal saisie, ou ce qui se trouvait ici porte désormais un autre nom.
error-400 = Ceci est incompréhensible
error-500 = Cela n’a pas marché
error-500-text = L’archive n’a pas pu être lue. Vous n’y êtes pour rien ; réessayez dans un instant.
error-home = Voir ce qui a changé
