using System.IO.Compression;
using System.Net;
using AngleSharp.Dom;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Tests.Organisations;
using EwasteEpr.Web.Tests.Support;

namespace EwasteEpr.Web.Tests.Pickups;

/// <summary>An organisation's list from paste to certificate, over HTTP.</summary>
public sealed class PickupPagesTests(DemoSite site) : IClassFixture<DemoSite>
{
    private string Root => $"/en/org/{site.Slug("importer-1")}/pickups";

    private string Incoming => $"/en/org/{site.Slug("point-1")}/incoming";

    [Fact]
    public async Task AnOffice_PastesBooksAndIsReceived()
    {
        using var office = await site.SignedInAsync("importer-preparer");
        var list = await BeginAsync(office);
        using (var added = await office.SubmitAsync(await office.GetPageAsync(list), "form[action$='/assets']", new Dictionary<string, string>(StringComparer.Ordinal) { ["list"] = "Laptop HP\t12\t000123\t\tdestroy\nWardrobe\t1\nPrinter\tmany\n" }))
        {
            Assert.Equal(list + "?added=2&rows=3", added.Headers.Location!.OriginalString);
        }

        var page = await office.GetPageAsync(list + "?added=2&rows=3");
        Assert.Contains("1 line needs its kind", page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("rows 3", DemoSite.TextOf(page), StringComparison.Ordinal);
        using (await office.SubmitAsync(page, "#asset-2", new Dictionary<string, string>(StringComparer.Ordinal) { ["key"] = "0506", ["data"] = "None" }))
        {
        }

        var day = BusinessTime.Today(TimeProvider.System).AddDays(3);
        var booking = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Booking.Point"] = "almaty-pynkt-1", ["Booking.Way"] = "Fetched", ["Booking.Part"] = "Morning", ["Booking.Address"] = "Almaty, 1", ["Booking.ContactName"] = "Aigul", ["Booking.ContactPhone"] = "+7 000",
            ["Booking.Day.Day"] = $"{day.Day}", ["Booking.Day.Month"] = $"{day.Month}", ["Booking.Day.Year"] = $"{day.Year}",
        };
        using (var refused = await office.SubmitAsync(await office.GetPageAsync(list), "#booking", booking))
        {
            var again = await refused.ToPageAsync();
            Assert.Contains("Confirm that the assets are yours", again.QuerySelector(".govuk-error-summary")!.TextContent, StringComparison.Ordinal);
            Assert.Equal("Aigul", again.QuerySelector("[name='Booking.ContactName']")!.GetAttribute("value"));
        }

        booking["Booking.Owner"] = "true";
        using (var booked = await office.SubmitAsync(await office.GetPageAsync(list), "#booking", booking))
        {
            Assert.Equal(list + "?done=Booked", booked.Headers.Location!.OriginalString);
        }

        Assert.Contains("Қабылдау-тапсыру актісі", DemoSite.TextOf(await office.GetPageAsync(list + "/papers/act")), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await office.GetPageAsync(list + "/papers/receipt")).StatusCode); // not yet
        Assert.Equal(HttpStatusCode.NotFound, (await office.GetPageAsync(list + "/papers/anything")).StatusCode);
        await ReceiveAsync(list);
        Assert.Contains("26.500", DemoSite.TextOf(await office.GetPageAsync(list + "/papers/receipt")).Replace(',', '.'), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnothersList_IsNotFound_AndWithoutTheRoleForbidden()
    {
        using var office = await site.SignedInAsync("importer-preparer");
        var list = await BeginAsync(office);
        using var stranger = await site.SignedInAsync("second-importer");
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetPageAsync(list)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetPageAsync($"/en/org/{site.Slug("importer-2")}/pickups/{list.Split('/')[^1]}")).StatusCode);
        using var viewer = await site.SignedInAsync("importer-viewer");
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.GetPageAsync(list)).StatusCode);
        using var keeper = await site.SignedInAsync("point-owner");
        Assert.Equal(HttpStatusCode.NotFound, (await keeper.GetPageAsync($"{Incoming}/{list.Split('/')[^1]}")).StatusCode); // a draft is nobody else's
        Assert.Equal(HttpStatusCode.OK, (await keeper.GetPageAsync(Incoming)).StatusCode);
    }

    [Fact]
    public async Task AWorkbook_IsReadAsTheListItHolds_AndABrokenOneIsRefused()
    {
        using var office = await site.SignedInAsync("importer-preparer");
        var list = await BeginAsync(office);
        using var added = await UploadAsync(office, list, Workbook(["Item", "Units", "Inventory"], ["Laptop HP", "12", "000123"], ["Printer", "many", ""]));
        Assert.Equal(list + "?added=1&rows=3", added.Headers.Location!.OriginalString);
        Assert.Contains("Laptop HP", DemoSite.TextOf(await office.GetPageAsync(list)), StringComparison.Ordinal);
        using var broken = await UploadAsync(office, list, [.. "PK\u0003\u0004"u8, 1, 2, 3]);
        Assert.Contains("could not be read", DemoSite.TextOf(await broken.ToPageAsync()), StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> UploadAsync(HttpClient office, string list, byte[] workbook)
    {
        var form = (await office.GetPageAsync(list)).QuerySelector("form[action$='/assets']")!;
        using var body = new MultipartFormDataContent
        {
            { new StringContent(form.QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!), "__RequestVerificationToken" },
            { new ByteArrayContent(workbook), "file", "assets.xlsx" },
        };
        return await office.PostAsync(new Uri(form.GetAttribute("action")!, UriKind.Relative), body);
    }

    /// <summary>The least that is a workbook: one sheet of texts.</summary>
    private static byte[] Workbook(params string[][] rows)
    {
        const string main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        const string relations = "http://schemas.openxmlformats.org/package/2006/relationships";
        const string office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            Put("[Content_Types].xml", """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>""");
            Put("_rels/.rels", $"""<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>""");
            Put("xl/_rels/workbook.xml.rels", $"""<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>""");
            Put("xl/workbook.xml", $"""<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="Assets" sheetId="1" r:id="r1"/></sheets></workbook>""");
            Put("xl/worksheets/sheet1.xml", $"""<worksheet xmlns="{main}"><sheetData>{string.Concat(rows.Select(row => "<row>" + string.Concat(row.Select(cell => $"<c t=\"inlineStr\"><is><t>{cell}</t></is></c>")) + "</row>"))}</sheetData></worksheet>""");

            void Put(string name, string content)
            {
                using var writer = new StreamWriter(zip.CreateEntry(name).Open());
                writer.Write(content);
            }
        }

        return stream.ToArray();
    }

    private async Task<string> BeginAsync(HttpClient office)
    {
        using var begun = await office.SubmitAsync(await office.GetPageAsync(Root), $"form[action='{Root}']", new Dictionary<string, string>(StringComparer.Ordinal));
        return begun.Headers.Location!.OriginalString;
    }

    private const string ContainerSql = """
        insert into containers (number, organisation_id, point_id, kind, category, tare_grams)
        select 'C-9' || lpad(nextval('container_numbers')::text, 4, '0'), organisation_id, point_id, 'Cage', 'mixed', 20000 from collection_points where slug = 'almaty-pynkt-1'
        returning container_id
        """;

    private async Task ReceiveAsync(string list)
    {
        var container = await site.Database.Db.QuerySingleAsync<Guid>(ContainerSql, null, CancellationToken.None);
        using var keeper = await site.SignedInAsync("point-owner");
        var at = $"{Incoming}/{list.Split('/')[^1]}";
        var page = await keeper.GetPageAsync(at);
        var values = new Dictionary<string, string>(StringComparer.Ordinal) { ["lines[0].Units"] = "12", ["lines[0].Kg"] = "25.5", ["lines[0].Container"] = $"{container}", ["lines[1].Units"] = "1", ["lines[1].Kg"] = "1", ["lines[1].Container"] = $"{container}" };
        using (var refused = await keeper.SubmitAsync(page, "form[action='" + at + "']", values))
        {
            var again = await refused.ToPageAsync();
            Assert.Contains("bag", again.QuerySelector(".govuk-error-summary")!.TextContent, StringComparison.Ordinal);
            Assert.Equal("25.5", again.QuerySelector("[name='lines[0].Kg']")!.GetAttribute("value"));
        }

        values["lines[0].Bag"] = "330418-" + list.Split('-')[^1];
        using var received = await keeper.SubmitAsync(page, "form[action='" + at + "']", values);
        Assert.Equal(at + "?done=Received", received.Headers.Location!.OriginalString);
    }
}
