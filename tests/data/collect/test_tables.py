"""Tables whose rows name pictures by their addresses."""

import pytest

from styleclf.data.collect.tables import TableOptions, parsed_joins, pictures_of_table

OBJECTS = "objectid,title,attribution,uuid\n1,Sunset,Ann,x\n2,Dawn,Ben,y\n1,Another,Cy,z\n"
TERMS = "objectid,termtype,term\n1,School,French\n1,Style,cubism\n2,Style,rococo\n"
IMAGES = "uuid,iiifurl,iiifthumburl,depictstmsobjectid\n" + "".join(
    f'{name},https://museum.example/iiif/{name},"https://museum.example/iiif/{name}/full/!200,200/0/default.jpg",{key}\n'
    for name, key in (("a", 1), ("b", 2), ("c", 3))
)


def table(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def words(picture):
    return {field.labels[0]: field.value for field in picture.fields}


def test_the_column_of_pictures_is_known_by_its_look(tmp_path):
    text = "id;url;thumb;licence;note\n1;https://m.example/1;https://m.example/1.jpg;CC0;two\u00a0 words\n2;https://m.example/2;;;\n"
    (picture,) = pictures_of_table(table(tmp_path, "t.csv", text), TableOptions())
    assert picture.image == "https://m.example/1.jpg"
    assert picture.service is None
    assert words(picture) == {"id": "1", "url": "https://m.example/1", "licence": "CC0", "note": "two words"}
    assert (picture.rights, picture.statements, picture.source) == ("CC0", ("CC0",), "m.example")


@pytest.mark.parametrize("column", ["", "iiifurl"])
def test_image_services_are_asked_for_a_size_whichever_address_is_named(tmp_path, column):
    pictures = pictures_of_table(table(tmp_path, "images.csv", IMAGES), TableOptions(column))
    assert [picture.service.address for picture in pictures] == [f"https://museum.example/iiif/{n}" for n in "abc"]


def test_other_tables_complete_the_rows(tmp_path):
    objects, terms = table(tmp_path, "objects.csv", OBJECTS), table(tmp_path, "terms.csv", TERMS)
    texts = [f"{objects}:objectid=depictstmsobjectid", f"{terms}[termtype=Style]:objectid=depictstmsobjectid"]
    options = TableOptions("iiifurl", parsed_joins(texts))
    pictures = pictures_of_table(table(tmp_path, "images.csv", IMAGES), options)
    assert {picture.rights for picture in pictures} == {""}, "whom a work is attributed to says nothing of rights"
    first, second, third = map(words, pictures)
    assert (first["title"], first["attribution"], first["term"], first["uuid"]) == ("Sunset", "Ann", "cubism", "a")
    assert (second["title"], second["term"]) == ("Dawn", "rococo")
    assert "title" not in third
    assert "term" not in third


@pytest.mark.parametrize("text", ["objects.csv", "objects.csv:objectid", ":a=b", "t.csv[x]:a=b", "t.csv:a=b=c"])
def test_a_join_that_says_too_little_is_refused(text):
    with pytest.raises(ValueError, match="join must look like"):
        parsed_joins([text])


def test_what_is_missing_is_named(tmp_path):
    images = table(tmp_path, "images.csv", IMAGES)
    objects = table(tmp_path, "objects.csv", OBJECTS)
    with pytest.raises(ValueError, match=r"has no column 'iiifurI': did you mean 'iiifurl'"):
        pictures_of_table(images, TableOptions("iiifurI"))
    with pytest.raises(ValueError, match=r"objects\.csv has no column that looks like addresses .*--address"):
        pictures_of_table(objects, TableOptions())
    with pytest.raises(ValueError, match=r"objects\.csv has no http or https address in its column 'title'"):
        pictures_of_table(objects, TableOptions("title"))
    with pytest.raises(ValueError, match="no value in common in 'uuid' of the one"):
        pictures_of_table(images, TableOptions("iiifurl", parsed_joins([f"{objects}:uuid=uuid"])))


def test_a_pattern_makes_addresses_of_columns(tmp_path):
    text = "image_id,file\na1,My Sunset.jpg\n,Dawn.jpg\nb2|c3,Noon.jpg\n"
    path = table(tmp_path, "t.csv", text)
    pictures = pictures_of_table(path, TableOptions("https://m.example/iiif/2/{image_id}"))
    assert [picture.service.address for picture in pictures] == [
        f"https://m.example/iiif/2/{name}" for name in ("a1", "b2")
    ]
    addresses = [picture.image for picture in pictures_of_table(path, TableOptions("https://m.example/{file}"))]
    assert addresses[0] == "https://m.example/My%20Sunset.jpg"
    assert len(addresses) == 3
    with pytest.raises(ValueError, match="has no column 'imageid': did you mean 'image_id'"):
        pictures_of_table(path, TableOptions("https://m.example/{imageid}"))


def test_a_master_below_iiif_is_asked_for_by_its_service(tmp_path):
    path = table(tmp_path, "t.csv", "image\nhttps://m.example/iiif/jp2/a.tif.jp2\n")
    (picture,) = pictures_of_table(path, TableOptions())
    assert picture.service.address == "https://m.example/iiif/jp2/a.tif.jp2"
