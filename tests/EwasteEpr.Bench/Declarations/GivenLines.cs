using System.Globalization;
using System.Text;
using EwasteEpr.Declarations.Rules;
using EwasteEpr.Kernel;
using EwasteEpr.Tariffs;

namespace EwasteEpr.Bench.Declarations;

/// <summary>A file as a large importer would send it: real codes of ten digits, a quarter's dates, all usual columns.</summary>
internal static class GivenLines
{
    private static readonly string[] Countries = ["CN", "DE", "KR", "RU", "TR", "VN", "PL"];

    public static readonly DateOnly Today = new(2026, 10, 2);

    public static QuoteTerms Terms(TariffSnapshot snapshot) =>
        new(snapshot.Catalogue, snapshot.Programme(TariffProgramme.Illustrative), Today, FixedDay: null, DefaultDay: Today);

    /// <returns>The bytes of the file; the same for the same number.</returns>
    public static byte[] Csv(TariffSnapshot snapshot, int lines)
    {
        var random = new Random(7);
        var codes = Codes(snapshot.Catalogue);
        var text = new StringBuilder("hs_code;unu_key;description;units;mass_kg;obligation_date;origin;document_no\n");
        using var bytes = new MemoryStream(lines * 95);
        for (var i = 0; i < lines; i++)
        {
            var (hs, key) = codes[random.Next(codes.Count)];
            snapshot.Catalogue.TryGetKey(key, out var info);
            var units = random.Next(1, 5000);
            var grams = (long)((info!.MeanWeightKg ?? 1) * 1000 * units * (decimal)((random.NextDouble() * 0.4) + 0.8));
            var name = info.Name.En.Replace(';', ',');
            var day = new DateOnly(2026, 7, 1).AddDays(random.Next(92));
            text.Append(CultureInfo.InvariantCulture, $"{hs};{(i % 3 == 0 ? "" : key)};{name};{units};{Math.Max(grams, 1) / 1000m:0.###};{day:yyyy-MM-dd};{Countries[random.Next(Countries.Length)]};55302/101126/{i:D7}\n");
            if (text.Length > 1 << 20)
            {
                bytes.Write(Encoding.UTF8.GetBytes(text.ToString()));
                text.Clear();
            }
        }

        bytes.Write(Encoding.UTF8.GetBytes(text.ToString()));
        return bytes.ToArray();
    }

    /// <summary>About a thousand codes of ten digits.</summary>
    private static List<(string Hs, UnuKey Key)> Codes(EquipmentCatalogue catalogue)
    {
        var codes = new List<(string, UnuKey)>();
        for (var heading = 8400; heading < 9600; heading++)
        {
            for (var sub = 10; sub < 100; sub += 10)
            {
                var code = HsCode.Parse($"{heading}{sub}");
                if (catalogue.FindHs(code) is { Kind: HsKind.Known, Key: var key })
                {
                    codes.AddRange(Enumerable.Range(0, 4).Select(i => ($"{heading}{sub}{i * 1000:D4}", key)));
                }
            }
        }

        return codes;
    }
}
