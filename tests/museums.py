"""Folders as museums' open data leaves them: tables and JSON in the published forms, and practice pictures.

Each function writes one museum's tables or folders and returns the commands that lead from there to a judged model.
The header lines were compared with the museums' public repositories; cells are written as the museums write them.
"""

import csv
import json
import shutil
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from PIL import Image

from tests.data.collect.museum import redirect

MOST_PER_STYLE = 9
JUDGE = ["recipes/cross_validate.py", "--epochs", "0"]
HEADERS = {
    "MetObjects.csv": "Object Number,Is Highlight,Is Timeline Work,Is Public Domain,Object ID,Gallery Number,Department"
    ",AccessionYear,Object Name,Title,Culture,Period,Dynasty,Reign,Portfolio,Constituent ID,Artist Role,Artist Prefix"
    ",Artist Display Name,Artist Display Bio,Artist Suffix,Artist Alpha Sort,Artist Nationality,Artist Begin Date"
    ",Artist End Date,Artist Gender,Artist ULAN URL,Artist Wikidata URL,Object Date,Object Begin Date,Object End Date"
    ",Medium,Dimensions,Credit Line,Geography Type,City,State,County,Country,Region,Subregion,Locale,Locus,Excavation"
    ",River,Classification,Rights and Reproduction,Link Resource,Object Wikidata URL,Metadata Date,Repository,Tags"
    ",Tags AAT URL,Tags Wikidata URL",
    "202001-rma-csv-collection.csv": "objectInventoryNumber,objectPersistentIdentifier,objectTitle[1],objectType[1]"
    ",objectCreator[1],objectCreationDate[1],objectImage",
    "published_images.csv": "uuid,iiifurl,iiifthumburl,viewtype,sequence,width,height,maxpixels,openaccess,created"
    ",modified,depictstmsobjectid,assistivetext",
    "objects.csv": "objectid,uuid,accessioned,accessionnum,locationid,title,displaydate,beginyear,endyear"
    ",visualbrowsertimespan,medium,dimensions,inscription,markings,attributioninverted,attribution,provenancetext"
    ",creditline,classification,subclassification,visualbrowserclassification,parentid,isvirtual,departmentabbr"
    ",portfolio,series,volume,watermarks,lastdetectedmodification,wikidataid,customprinturl",
    "objects_terms.csv": "termid,objectid,termtype,term,visualbrowsertheme,visualbrowserstyle",
    "data.csv": "id,accession_number,share_license_status,tombstone,current_location,title,title_in_original_language"
    ",series,series_in_original_language,creation_date,creation_date_earliest,creation_date_latest,culture,technique"
    ",support_materials,department,collection,type,measurements,state_of_the_work,edition_of_the_work,creators"
    ",copyright,inscriptions,exhibitions,provenance,find_spot,related_works,former_accession_numbers,fun_fact"
    ",digital_description,wall_description,external_resources,citations,catalogue_raisonne,creditline,url,image_web"
    ",image_print,image_full,updated_at",
    "artwork_data.csv": "id,accession_number,artist,artistRole,artistId,title,dateText,medium,creditLine,year"
    ",acquisitionYear,dimensions,width,height,depth,units,inscription,thumbnailCopyright,thumbnailUrl,url",
}
NO_ID = "artworks that have no picture here"


class Work(NamedTuple):
    """One practice picture as a museum knows it."""

    number: int
    file: Path
    name: str
    style: str
    artist: str
    title: str

    @property
    def inverted(self):
        """The painter, family name first."""
        first, _, last = self.artist.rpartition(" ")
        return f"{last}, {first}" if first else last


def works_of(sample):
    """Paintings of the practice set, those whose painters are known."""
    works = []
    for style in sorted(path for path in Path(sample).iterdir() if path.is_dir()):
        files = [] if style.name in ("photo", "cartoon") else sorted(style.glob("*.jpg"))[:MOST_PER_STYLE]
        for file in files:
            artist, _, title = file.stem.partition("_")
            name = f"{style.name}-{file.stem}"
            number = len(works)
            works.append(Work(number, file, name, style.name, _spelled(artist), _spelled(title)))
    return works


def hang_all(museum, works):
    """Let the museum on this machine show all pictures, by image services and at plain addresses."""
    for work in works:
        with Image.open(work.file) as image:
            museum.pictures[work.name] = image.convert("RGB")
        museum.levels[work.name] = 2
        museum.pictures[f"{work.name}.tif.jp2"] = museum.pictures[work.name]
        museum.levels[f"{work.name}.tif.jp2"] = 2
        museum.put(f"/plain/{work.name}_8.jpg", work.file.read_bytes())
        museum.put(f"/google/{work.name}=s0", work.file.read_bytes())
        museum.put(f"/wiki/Special:FilePath/{work.name}%20(1).jpg", redirect(f"/plain/{work.name}_8.jpg"))


def met(folder, works, _museum):
    """MetObjects.csv with pictures named by Object ID; most rows have none. A column `style` is the user's."""
    rows = []
    for work in works:
        number = 436000 + work.number
        copied(work, folder / f"images/{number}.jpg")
        row = {"Object ID": number, "Title": work.title, "Artist Role": "Artist", "Artist Display Name": work.artist}
        row |= {"Artist Display Bio": "French, 1840–1926", "Artist Alpha Sort": work.inverted, "style": work.style}
        row["Artist Prefix"] = {2: "Workshop of", 5: "Style of"}.get(work.number % 9, "")
        if work.number % 9 == 7:
            row |= {"Artist Display Name": f"Jan Engraver|{work.artist}", "Artist Prefix": "|After"}
        rows.append(
            row | {"Object Date": f"ca. {1800 + work.number}", "Artist ULAN URL": "http://vocab.getty.edu/ulan/5"}
        )
    rows += [{"Object ID": number, "Object Name": "Coin", "Title": NO_ID} for number in range(200)]
    write(folder / "MetObjects.csv", rows, own_columns=("style",), encoding="utf-8-sig")
    columns = "filename=Object ID,label=style,author=Artist Display Name,attribution=Artist Prefix,date=Object Date"
    design = ["recipes/design.py", "--images", "met/images", "--csv", "met/MetObjects.csv", "--columns", columns]
    return [[*design, "--out", "runs/met"], judged("met", "met/images")]


def rijksmuseum(folder, works, museum):
    """The Rijksmuseum's CSV: a creator with a role before the name, an address that does not look like a picture."""
    rows = []
    for work in works:
        role = {2: "toegeschreven aan schilder", 5: "navolger van schilder"}.get(work.number % 9, "schilder")
        row = {"objectInventoryNumber": f"SK-A-{work.number}", "objectTitle[1]": work.title, "style": work.style}
        row |= {"objectType[1]": "schilderij", "objectCreator[1]": f"{role}: {work.inverted}"}
        rows.append(row | {"objectCreationDate[1]": "1642", "objectImage": f"{museum.url}/google/{work.name}=s0"})
    table = "202001-rma-csv-collection.csv"
    write(folder / table, rows, own_columns=("style",))
    fields = "author=objectCreator[1],title=objectTitle[1],date=objectCreationDate[1]"
    words = ["--address", "objectImage", "--fields", fields]
    return collected("rijksmuseum", f"rijksmuseum/{table}", words)


def nga(folder, works, museum):
    """Three tables of the National Gallery of Art: images, objects, terms; nothing is added."""
    images, objects, terms = [], [], []
    for work in works:
        attribution = {2: f"Follower of {work.artist}", 5: f"{work.artist} and Workshop"}.get(
            work.number % 9, work.artist
        )
        service = f"{museum.url}/image2/{work.name}"
        image = {"uuid": work.name, "iiifurl": service, "viewtype": "primary", "depictstmsobjectid": work.number}
        images.append(image | {"iiifthumburl": f"{service}/full/!200,200/0/default.jpg", "openaccess": 1})
        objects.append(
            {"objectid": work.number, "title": work.title, "attribution": attribution, "displaydate": "c. 1700"}
        )
        for kind, term in (("School", "French"), ("Style", work.style.title()), ("Theme", "landscape")):
            terms.append({"termid": len(terms), "objectid": work.number, "termtype": kind, "term": term})
    for file, rows in (("published_images.csv", images), ("objects.csv", objects), ("objects_terms.csv", terms)):
        write(folder / file, rows)
    key = "objectid=depictstmsobjectid"
    join = f"nga/objects.csv:{key},nga/objects_terms.csv[termtype=Style]:{key}"
    words = ["--join", join, "--fields", "label=term,author=attribution,date=displaydate"]
    return collected("nga", "nga/published_images.csv", words)


def cleveland(folder, works, museum):
    """Cleveland's data.csv: creators with life dates and roles, a licence for each work."""
    rows = []
    for work in works:
        prefix = {2: "Workshop of ", 5: "Circle of "}.get(work.number % 9, "")
        creators = f"{prefix}{work.artist} (French, born Spain, 1840–1926), artist"
        if work.number % 9 == 7:
            creators += "; Auguste Clot (French, 1858–1936), printer"
        address = f"{museum.url}/plain/{work.name}_8.jpg"
        row = {"id": work.number, "title": work.title, "creators": creators, "image_web": address, "style": work.style}
        row["share_license_status"] = "Copyrighted" if work.number == 0 else "CC0"
        rows.append(
            row | {"creation_date": "c. 1850", "image_print": address, "url": f"{museum.url}/art/{work.number}"}
        )
    write(folder / "data.csv", rows, own_columns=("style",))
    return collected("cleveland", "cleveland/data.csv", ["--rights", "CC0", "--fields", "label=style"])


def tate(folder, works, museum):
    """The Tate's artwork_data.csv: family names first, and "after" in a column of its own."""
    rows = []
    for work in works:
        role = {2: "after", 5: "and assistants"}.get(work.number % 9, "artist")
        row = {"id": work.number, "artist": work.inverted, "artistRole": role, "title": work.title, "style": work.style}
        rows.append(row | {"year": 1800, "thumbnailUrl": f"{museum.url}/plain/{work.name}_8.jpg"})
    write(folder / "artwork_data.csv", rows, own_columns=("style",))
    return collected("tate", "tate/artwork_data.csv", ["--fields", "attribution=artistRole"])


def chicago(folder, works, museum):
    """A page of answers of the Art Institute of Chicago: ids in place of addresses; nothing is added."""
    records = []
    for work in works:
        artist = {2: f"Workshop of {work.artist}", 5: f"Follower of {work.artist}"}.get(work.number % 9, work.artist)
        record = {"_score": 1.0, "id": work.number, "title": work.title, "image_id": work.name, "artist_title": artist}
        record |= {"date_display": "1884/86", "style_title": work.style.title(), "style_titles": [work.style, "French"]}
        records.append(
            record | {"is_public_domain": True, "thumbnail": {"lqip": "data:image/gif;base64,R0", "width": 9}}
        )
    records.append({"id": 999, "title": NO_ID, "image_id": None, "artist_title": None, "style_title": None})
    page = {"preference": None, "pagination": {"total": len(records)}, "data": records, "config": {"iiif_url": "…"}}
    write_answer(folder / "artworks.json", page)
    words = ["--address", f"{museum.url}/image2/{{image_id}}/full/843,/0/default.jpg"]
    words += ["--fields", "label=style_title,author=artist_title,date=date_display"]
    return collected("chicago", "chicago/artworks.json", words)


def harvard(folder, works, museum):
    """An answer of the Harvard Art Museums: people with roles, printers and sitters among them, several pictures."""
    records = []
    for work in works:
        painter = {"role": "Artist", "displayname": work.artist, "name": work.artist, "displayorder": 1, "prefix": None}
        people = [painter]
        if work.number % 9 == 2:
            painter |= {"prefix": "Workshop of", "displayname": f"Workshop of {work.artist}"}
        if work.number % 9 == 5:
            people.insert(0, painter | {"role": "Printer", "displayname": "Auguste Clot", "name": "Auguste Clot"})
        if work.number % 9 == 7:
            painter |= {"role": "Artist after", "prefix": "After", "displayname": f"After {work.artist}"}
            people.append(painter | {"role": "Sitter", "displayname": "A Countess", "name": "A Countess"})
        pictures = [
            {"imageid": view, "iiifbaseuri": f"{museum.url}/iiif/image2/{name}", "displayorder": view}
            for view, name in ((1, work.name), (2, works[0].name))
        ]
        record = {"objectid": work.number, "title": work.title, "dated": "c. 1889", "century": "19th century"}
        record |= {"style": work.style.title(), "period": None, "people": people, "images": pictures}
        records.append(record | {"primaryimageurl": f"{museum.url}/urn-3:HUAM:{work.name}_dynmc", "copyright": None})
    records.append({"objectid": 999, "title": NO_ID, "style": None, "people": [], "imagecount": 0})
    page = {"info": {"totalrecordsperquery": 100, "page": 1, "pages": 1}, "records": records}
    write_answer(folder / "objects.json", page)
    words = ["--address", "images.iiifbaseuri"]
    words += ["--fields", "author=people.displayname,attribution=people.role,date=dated"]
    return collected("harvard", "harvard/objects.json", words)


def smk(folder, works, museum):
    """An answer of Copenhagen's SMK: family names first, roles of people where they are no painters; no styles."""
    items = []
    for work in works:
        painter = {"creator": work.inverted, "creator_forename": work.artist, "creator_nationality": "dansk"}
        production = [painter]
        if work.number % 9 == 2:
            painter["creator_role"] = "attributed to"
        if work.number % 9 == 5:
            production.append({"creator": "Tode, Johann Clemens", "creator_role": "Author"})
        if work.number % 9 == 7:
            painter["creator_role"] = "copy after"
            production.insert(0, {"creator": "Unknown Danish", "creator_gender": None})
        titles = [{"title": work.title, "language": "engelsk"}, {"title": f"Dansk {work.title}", "type": "museum"}]
        item = {
            "id": f"{work.number}_object",
            "object_number": f"KMS{work.number}",
            "titles": titles,
            "has_image": True,
        }
        item |= {"production": production, "production_date": [{"period": "1830-1840"}], "public_domain": True}
        item |= {"rights": "https://creativecommons.org/publicdomain/zero/1.0/", "techniques": ["Olie på lærred"]}
        item["image_thumbnail"] = f"{museum.url}/iiif/image2/{work.name}.tif.jp2/full/!1024,/0/default.jpg"
        items.append(item | {"image_iiif_id": f"{museum.url}/iiif/image2/{work.name}.tif.jp2"})
    write_answer(folder / "search.json", {"offset": 0, "rows": len(items), "found": len(items), "items": items})
    fields = "author=production.creator,attribution=production.creator_role,title=titles.title"
    words = ["--address", "image_iiif_id", "--fields", f"{fields},date=production_date.period"]
    return collected("smk", "smk/search.json", words)


def europeana(folder, works, museum):
    """An answer of Europeana: lists in every field, painters by name, by address, or by both; no styles."""
    items = []
    n_works = Counter(work.artist for work in works)
    for work in works:
        address = f"http://data.europeana.eu/agent/{work.artist.replace(' ', '')}"
        creators = {
            2: [address] if n_works[work.artist] > 1 else [work.artist],
            5: [f"{work.artist} (atelier van)"],
            7: [work.artist],
        }
        item = {"id": f"/90402/SK_A_{work.number}", "title": [work.title], "type": "IMAGE", "year": ["1806"]}
        item |= {"dcCreator": creators.get(work.number % 9, [address, work.artist]), "dataProvider": ["Rijksmuseum"]}
        item |= {"rights": ["http://creativecommons.org/publicdomain/mark/1.0/"], "country": ["Netherlands"]}
        item["edmConceptPrefLabelLangAware"] = {"en": ["Painting", "Oil paint"], "nl": ["Schilderij"]}
        item["edmPreview"] = [f"{museum.url}/thumbnail/v2/url.json?uri=x&type=IMAGE"]
        items.append(item | {"edmIsShownBy": [f"{museum.url}/google/{work.name}=s0"]})
    page = {"apikey": "k", "success": True, "itemsCount": len(items), "totalResults": len(items), "items": items}
    write_answer(folder / "search.json", page)
    words = ["--address", "edmIsShownBy", "--fields", "author=dcCreator,date=year,place=country"]
    return collected("europeana", "europeana/search.json", words)


def wikidata(folder, works, museum):
    """A query's answers as Wikidata's page downloads them: a row for each movement, creators that are not known."""
    rows = []
    for work in works:
        row = {"item": f"http://www.wikidata.org/entity/Q{work.number}", "itemLabel": work.title}
        row["image"] = f"{museum.url}/wiki/Special:FilePath/{work.name}%20(1).jpg"
        row |= {"creatorLabel": work.artist, "inception": f"{1500 + work.number}-01-01T00:00:00Z"}
        if work.number % 9 == 2:
            row["creatorLabel"] = "http://www.wikidata.org/.well-known/genid/0a1b2c"
        rows.append(row | {"movementLabel": work.style})
        if work.number % 9 == 5:
            rows.append(row | {"movementLabel": "another movement"})
    write(folder / "query.csv", rows, header="item,itemLabel,image,creatorLabel,movementLabel,inception")
    fields = "label=movementLabel,author=creatorLabel,title=itemLabel,date=inception"
    return collected("wikidata", "wikidata/query.csv", ["--fields", fields])


def wikiart(folder, works, _museum):
    """A dump of WikiArt: style folders, painters and titles in the names of files."""
    for work in works:
        artist, title = (text.lower().replace(" ", "-") for text in (work.artist, work.title))
        copied(work, folder / work.style.title() / f"{artist}_{title}-1889.jpg")
    return [["recipes/design.py", "--images", "wikiart", "--out", "runs/wikiart"], judged("wikiart", "wikiart")]


def pixplot(folder, works, _museum):
    """A PixPlot: one folder, and metadata.csv, which names no painters."""
    rows = []
    for work in works:
        copied(work, folder / f"originals/{work.number:04}.jpg")
        row = {"filename": f"{work.number:04}.jpg", "category": work.style, "tags": "painting|landscape"}
        rows.append(row | {"description": work.title, "permalink": "https://museum.example/1", "year": 1800})
    write(folder / "metadata.csv", rows, header="filename,category,tags,description,permalink,year")
    words = ["--csv", "pixplot/metadata.csv", "--columns", "label=category,title=description"]
    design = ["recipes/design.py", "--images", "pixplot/originals", *words]
    return [[*design, "--out", "runs/pixplot"], judged("pixplot", "pixplot/originals")]


WITHOUT_STYLES = ("smk", "europeana")
MUSEUMS = {
    "met": met,
    "rijksmuseum": rijksmuseum,
    "nga": nga,
    "cleveland": cleveland,
    "tate": tate,
    "chicago": chicago,
    "harvard": harvard,
    "smk": smk,
    "europeana": europeana,
    "wikidata": wikidata,
    "wikiart": wikiart,
    "pixplot": pixplot,
}


def fill_in_styles(table, works):
    """Write the styles into a table of collected pictures, as a user does where a museum says none."""
    rows = pd.read_csv(table, dtype=str, keep_default_na=False)
    rows["label"] = [work.style for work in works]
    rows.to_csv(table, index=False)


def collected(name, table, words):
    """The three commands of a museum whose table has addresses of pictures."""
    out = f"runs/{name}"
    load = ["recipes/collect.py", table, *words, "--private", "--pause", "0", "--size", "64", "--out", out]
    design = ["recipes/design.py", "--images", f"{out}/images", "--csv", f"{out}/collected.csv"]
    return [load, [*design, "--out", f"{out}/design"], judged(name, f"{out}/images", folder=f"{out}/design")]


def judged(name, images, *, folder=None):
    """The command that judges a model by the design in a folder."""
    design = f"{folder or f'runs/{name}'}/design.csv"
    return [*JUDGE, "--images", images, "--design", design, "--out", f"runs/{name}/cv"]


def write(path, rows, *, header=None, own_columns=(), encoding="utf-8"):
    """Write a table with its published header line, and with the columns that a user adds."""
    columns = (header or HEADERS[path.name]).split(",")
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, [*columns, *own_columns], restval="")
        writer.writeheader()
        writer.writerows(rows)


def write_answer(path, page):
    """Write what a museum's programming interface answers."""
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(page), encoding="utf-8")


def copied(work, path):
    """Copy the picture to where a museum's folder has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(work.file, path)


def _spelled(words):
    return words.replace("-", " ").title()
