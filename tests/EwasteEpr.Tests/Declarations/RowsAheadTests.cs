using System.Text;
using EwasteEpr.Declarations.Quotes;
using EwasteEpr.Declarations.Reading;

namespace EwasteEpr.Tests.Declarations;

public sealed class RowsAheadTests
{
    private const string Header = "hs_code;unu_key;description;units;mass_kg;document_no\n";

    [Fact]
    public async Task Rows_ComeAsTheSourceGivesThem_QuotesAndBrokenOnesAndEmptyOnesToo()
    {
        var file = Encoding.UTF8.GetBytes(Header + string.Concat(Enumerable.Range(0, 30_000).Select(Row)));

        await using var direct = await OpenAsync(file);
        await using var source = await OpenAsync(file);
        await using var ahead = new RowsAhead(source.Rows, new RowHasher(source.Header), CancellationToken.None);
        var (count, broken) = (0, 0);
        while (await direct.Rows.ReadAsync(CancellationToken.None))
        {
            Assert.True(await ahead.ReadAsync(CancellationToken.None));
            Assert.Equal(Seen(direct.Rows), Seen(ahead));
            Assert.Equal(new RowHasher(direct.Header).Of(direct.Rows), ahead.Hash);
            count++;
            broken += ahead.HasBrokenQuotes ? 1 : 0;
        }

        Assert.False(await ahead.ReadAsync(CancellationToken.None));
        Assert.Equal((30_000, 857), (count, broken));
    }

    [Fact]
    public async Task Source_ThatStopsInTheMiddle_SaysSoAfterTheRowsBeforeIt()
    {
        var good = string.Concat(Enumerable.Range(0, 5_000).Select(i => $"8517130000;0306;Phone;1;0.2;{i}\n"));
        var tooLong = "8517130000;0306;" + new string('x', 2 * TableLimits.RowBytes) + ";1;0.2;1\n";
        await using var table = await OpenAsync(Encoding.UTF8.GetBytes(Header + good + tooLong + good));
        await using var ahead = new RowsAhead(table.Rows, new RowHasher(table.Header), CancellationToken.None);

        var count = 0;
        var problem = await Assert.ThrowsAsync<UnreadableTableException>(async () =>
        {
            while (await ahead.ReadAsync(CancellationToken.None))
            {
                count++;
            }
        });

        Assert.Equal(TableProblemCode.RowTooLong, problem.Problem.Code);
        Assert.Equal(5_000, count);
    }

    [Fact]
    public async Task Reader_WhoStopsEarly_WaitsForNobody()
    {
        await using var table = await OpenAsync(Encoding.UTF8.GetBytes(Header + string.Concat(Enumerable.Range(0, 50_000).Select(i => $"8517130000;0306;Phone;1;0.2;{i}\n"))));
        await using var ahead = new RowsAhead(table.Rows, new RowHasher(table.Header), CancellationToken.None);

        Assert.True(await ahead.ReadAsync(CancellationToken.None));
        Assert.Equal(2, ahead.RowNumber);
    }

    [Fact]
    public async Task Reader_WhoIsCancelled_HearsIt()
    {
        await using var table = await OpenAsync(Encoding.UTF8.GetBytes(Header + string.Concat(Enumerable.Range(0, 50_000).Select(i => $"8517130000;0306;Phone;1;0.2;{i}\n"))));
        using var stop = new CancellationTokenSource();
        await using var ahead = new RowsAhead(table.Rows, new RowHasher(table.Header), stop.Token);
        Assert.True(await ahead.ReadAsync(stop.Token));
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (await ahead.ReadAsync(stop.Token))
            {
            }
        });
    }

    [Fact]
    public void Hash_OfTextsThatDifferAnywhere_Differs()
    {
        for (var length = 1; length <= 100; length++)
        {
            var text = new byte[length];
            var hashes = new HashSet<RowHash> { RowHash.Start.Add(text), RowHash.Start.Add(new byte[length - 1]) };
            for (var i = 0; i < length; i++)
            {
                text[i] = 1;
                hashes.Add(RowHash.Start.Add(text));
                text[i] = 0;
            }

            Assert.Equal(length + 2, hashes.Count);
        }
    }

    private static string Row(int i) => (i % 7) switch
    {
        0 => $"8517130000;0306;\"Phone; \"\"new\"\" {i}\";{i};0.2;{i}\n",
        1 => $"8517130000;;\"two\nlines {i}\";;12.5;\n",
        2 => "\n",
        3 => $"8517130000;0306;short {i}\n",
        4 => $"8517130000;0306;Телефон {i};1;0.2;{i};beyond;the header\r\n",
        5 => i % 5 == 0 ? $"8517130000;0306;\"bro\"ken {i};1;0.2;{i}\n" : $"8517130000;0306;Phone;1;0.2;{i}\n",
        _ => $"8517130000;0306;{new string('y', i % 3_000)};1;0.2;{i}\n",
    };

    private static string Seen(IRowSource row) =>
        $"{row.RowNumber} {row.FieldCount} {row.HasBrokenQuotes} {Encoding.UTF8.GetString(row.Raw)} | "
        + string.Join('¦', Enumerable.Range(0, row.FieldCount + 2).Select(i => Encoding.UTF8.GetString(row.Field(i))));

    private static Task<Table> OpenAsync(byte[] file) => Table.OpenAsync(new MemoryStream(file), new TableHints(), CancellationToken.None);
}
