using EwasteEpr.Declarations.Quotes;
using EwasteEpr.Tests.Support;

namespace EwasteEpr.Tests.Declarations;

/// <summary>Workbooks made to hurt. What is allocated can only be counted for the whole process, so nothing else runs meanwhile.</summary>
[Collection(Alone.Name)]
public sealed class WorkbookBombTests(Quotes quotes) : IClassFixture<Quotes>
{
    public static TheoryData<string, byte[]> BadWorkbooks() => new()
    {
        { "FILE-03", TableFileTests.Workbook("", extra: ("xl/media/bomb.bin", new byte[220 * 1024 * 1024])) },
        { "FILE-01", LyingBomb() }, // nothing beyond the declared size is ever unpacked: the sheet itself is empty
        { "FILE-05", TableFileTests.Workbook("<row r=\"1\"><c r=\"XFD1\"><v>1</v></c></row>") },
        { "FILE-06", TableFileTests.Workbook("", extra: ("xl/externalLinks/externalLink1.xml", "<a/>"u8.ToArray())) },
        { "FILE-07", TableFileTests.Workbook("", prolog: "<!DOCTYPE x [<!ENTITY a \"b\">]>") },
        { "FILE-08", [.. "PK\u0003\u0004 not a zip at all"u8] },
        { "FILE-08", TableFileTests.Workbook("<row r=\"1\"><c r=\"A1\"><v>1</v>") },
    };

    [Theory]
    [MemberData(nameof(BadWorkbooks))]
    public async Task Workbook_ThatIsABombOrDamaged_IsRefusedWithFlatMemory(string code, byte[] file)
    {
        var before = GC.GetTotalAllocatedBytes();
        var problem = await quotes.RefusedAsync(file);
        Assert.Equal(code, problem.PublicCode);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 48 * 1024 * 1024);
    }

    /// <summary>The same bomb with a declared size of a few bytes, in the local header and in the directory.</summary>
    private static byte[] LyingBomb()
    {
        var file = TableFileTests.Workbook("", extra: ("xl/media/bomb.bin", new byte[220 * 1024 * 1024]));
        var size = BitConverter.GetBytes(220 * 1024 * 1024);
        for (var at = file.AsSpan().IndexOf(size); at >= 0; at = file.AsSpan().IndexOf(size))
        {
            BitConverter.TryWriteBytes(file.AsSpan(at), 100);
        }

        return file;
    }
}
