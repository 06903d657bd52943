using System.Text;
using EwasteEpr.Declarations;
using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Declarations.Uploads;
using EwasteEpr.Kernel;

namespace EwasteEpr.Tests.Declarations;

public sealed class UploadTests(GivenDeclarations given) : IClassFixture<GivenDeclarations>
{
    private const string Header = "hs_code;unu_key;description;units;mass_kg;packaging;obligation_date\r\n";

    private string Row(string rest) => $"{rest};{given.Day:yyyy-MM-dd}\r\n";

    [Fact]
    public async Task File_WithGoodAndBadRows_AccountsForEachRow()
    {
        var key = await given.DraftAsync();
        var csv = Header + Row(";0306;Phones;100;12,5;paper:0,4") + Row(";0306;Phones;100;1,2345;") + Row("999999;;Unknown;1;2;") + Row(";0306;Heavy phones;1;500;");

        var upload = await given.FileAsync(key, csv);

        Assert.Equal((UploadState.Done, 4, 1, 1, 2), (upload.State, upload.RowsRead, upload.Accepted, upload.Warned, upload.Refused));
        var detail = (await given.Declarations.GetAsync(key, null, default))!;
        Assert.Equal((2, 2, 512_500), (detail.Version.Lines, detail.Version.ParkedRows, detail.Version.MassGrams));
        var lines = await given.Queries.ListAsync(key, 1, new LineFilter(), default);
        Assert.Equal([1, 4], lines.Rows.Select(line => line.LineNo));
        Assert.Equal([2, 5], lines.Rows.Select(line => line.RowNo));
        Assert.Equal(lines.Rows.Sum(line => line.FeeTiyn), detail.Version.FeeTiyn);
        var parked = (await given.Queries.GetParkedAsync(key, 1, 2, default))!;
        Assert.Equal("MASS-03", Assert.Single(parked.Problems).Code);
        Assert.Null(detail.BusyUploadId);
    }
}
