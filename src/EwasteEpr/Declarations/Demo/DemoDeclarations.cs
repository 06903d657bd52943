using System.Globalization;
using System.Text;
using EwasteEpr.Declarations.Problems;
using EwasteEpr.Declarations.Submission;
using EwasteEpr.Declarations.Uploads;
using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations.Demo;

/// <summary>Declarations of the invented organisations, made through the same services as everybody's; nothing where there are any.</summary>
/// <remarks>One of them carries real numbers: what was placed on the market in Estonia in 2018, labelled so in each of its lines.</remarks>
public sealed class DemoDeclarations(Db db, DemoTools tools)
{
    private static readonly string[] Codes = ["importer-1", "importer-2", "producer-1"];

    private const string PlacesSql = """
        select o.demo_code, o.organisation_id, p.person_id
          from organisations o
          cross join lateral (
              select p.person_id
                from memberships m join people p using (person_id)
               where m.organisation_id = o.organisation_id and 'preparer' = any(m.roles) and p.demo_code is not null
               order by p.demo_code limit 1) p
         where o.demo_code = any(@codes) and not exists (select from declarations d where d.organisation_id = o.organisation_id)
         order by o.demo_code
         limit 100
        """;

    private const string OperatorSql = "select person_id, app.today() as today from people where demo_code = 'operator-preparer'";

    /// <returns>How many declarations were made.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var places = await db.QueryAsync<PlaceRow>(PlacesSql, new { codes = Codes }, ct);
        if (places.Count == 0 || await db.QuerySingleOrDefaultAsync<OperatorRow>(OperatorSql, null, ct) is not { } reviewer)
        {
            return 0;
        }

        var made = 0;
        foreach (var place in places)
        {
            made += await new Room(tools, place, reviewer).FillAsync(ct);
        }

        return made;
    }

    /// <summary>One organisation's declarations.</summary>
    private sealed class Room(DemoTools demo, PlaceRow place, OperatorRow reviewer)
    {
        private readonly Actor who = new(place.PersonId, place.OrganisationId, null, "preparer", "demo", null);
        private readonly Actor reviews = new(reviewer.PersonId, null, null, "operator_preparer", "demo", null);
        private readonly Period now = Period.QuarterOf(reviewer.Today);

        public Task<int> FillAsync(CancellationToken ct) => place.DemoCode switch
        {
            "importer-1" => FillImporterAsync(ct),
            "producer-1" => FillProducerAsync(ct),
            _ => FillSecondImporterAsync(ct),
        };

        private async Task<int> FillImporterAsync(CancellationToken ct)
        {
            var size = 100;
            foreach (var quarter in new[] { now.Previous.Previous.Previous, now.Previous.Previous })
            {
                var number = await SubmitAsync(new NewDeclaration.ForPeriod(quarter), DemoGoods.Quarter(quarter, size), ct);
                await demo.Review.AcceptAsync(number, 1, reviews, ct);
                size += 12;
            }

            await SubmitAsync(new NewDeclaration.ForConsignment($"55302/{Day(-20):ddMMyy}/0012345"), DemoGoods.Consignment(Day(-20), 1), ct);
            var returned = await SubmitAsync(new NewDeclaration.ForConsignment($"55302/{Day(-40):ddMMyy}/0011021"), DemoGoods.Consignment(Day(-40), 2), ct);
            await demo.Review.ReturnAsync(returned, 1, "8418 10: масса одной позиции не сходится с упаковочным листом. Уточните массу нетто.", reviews, ct);
            var corrected = await SubmitAsync(new NewDeclaration.ForConsignment($"55302/{Day(-60):ddMMyy}/0009876"), DemoGoods.Consignment(Day(-60), 3), ct);
            await CorrectAsync(corrected, DemoGoods.Consignment(Day(-60), 4), ct);
            await DraftAsync(new NewDeclaration.ForPeriod(now.Previous), DemoGoods.WithFaults(now.Previous), ct);
            return 6;
        }

        private async Task<int> FillSecondImporterAsync(CancellationToken ct)
        {
            var year = now.Year - 1;
            await SubmitAsync(new NewDeclaration.ForPeriod(Period.OfYear(year)), DemoGoods.Estonia(new DateOnly(year, 12, 31)), ct);
            return 1;
        }

        private async Task<int> FillProducerAsync(CancellationToken ct)
        {
            var number = await SubmitAsync(new NewDeclaration.ForPeriod(now.Previous.Previous), DemoGoods.Lamps(now.Previous.Previous), ct);
            await demo.Review.AcceptAsync(number, 1, reviews, ct);
            await SubmitAsync(new NewDeclaration.Nil(now.Previous), null, ct);
            return 2;
        }

        private async Task<string> DraftAsync(NewDeclaration wanted, string? csv, CancellationToken ct)
        {
            if (await demo.Declarations.CreateAsync(new OrganisationId(place.OrganisationId), wanted, who, ct) is not CreateOutcome.Created created)
            {
                throw new InvalidOperationException($"The demonstration's declaration of {place.DemoCode} was refused.");
            }

            await FillAsync(created.Number, csv, ct);
            return created.Number;
        }

        private async Task<string> SubmitAsync(NewDeclaration wanted, string? csv, CancellationToken ct)
        {
            var number = await DraftAsync(wanted, csv, ct);
            await SubmitAsync(number, ct);
            return number;
        }

        private async Task CorrectAsync(string number, string csv, CancellationToken ct)
        {
            await demo.Corrections.StartAsync(Key(number), "Уточнена масса по весовой ведомости.", who, ct);
            await FillAsync(number, csv, ct);
            await SubmitAsync(number, ct);
        }

        private async Task FillAsync(string number, string? csv, CancellationToken ct)
        {
            if (csv is null)
            {
                return;
            }

            await using var content = new MemoryStream(Encoding.UTF8.GetBytes(csv), writable: false);
            if (await demo.Uploads.ReceiveAsync(Key(number), new NewUpload("demo.csv", UploadKind.Csv, UploadMode.Replace), content, who, ct) is not UploadOutcome.Queued queued)
            {
                throw new InvalidOperationException($"The demonstration's file for {number} was not taken.");
            }

            await demo.Import.RunOneAsync(queued.UploadId, ct);
        }

        private async Task SubmitAsync(string number, CancellationToken ct)
        {
            var version = (await demo.Declarations.GetAsync(Key(number), null, ct))!.Version.Version;
            foreach (var group in (await demo.Problems.SummaryAsync(Key(number), version, ct))!.Groups.Where(group => group.Unreasoned > 0))
            {
                await demo.Problems.GiveReasonAsync(Key(number), new ProblemSelection(group.Code, group.Column), null, "Тексерілді. Проверено по накладным.", who, ct);
            }

            var signs = who with { Role = "signatory" };
            var report = (await demo.Submission.CheckAsync(Key(number), signs, ct))!;
            if (await demo.Submission.SubmitAsync(Key(number), report.Revision, signs, ct) is not SubmitOutcome.Submitted)
            {
                throw new InvalidOperationException($"The demonstration's declaration {number} was not submitted: {string.Join(", ", report.Missing)}.");
            }
        }

        private DateOnly Day(int days) => reviewer.Today.AddDays(days);

        private DeclarationKey Key(string number) => new(new OrganisationId(place.OrganisationId), number);
    }

    private sealed record PlaceRow(string DemoCode, Guid OrganisationId, Guid PersonId);

    private sealed record OperatorRow(Guid PersonId, DateOnly Today);
}

/// <summary>What a declarant and the operator use, together.</summary>
public sealed record DemoTools(
    DeclarationService Declarations, UploadService Uploads, ImportUploads Import, ProblemService Problems, SubmissionService Submission, ReviewService Review, CorrectionService Corrections);

/// <summary>Believable lists of goods.</summary>
internal static class DemoGoods
{
    private const string Head = "hs_code;description;units;mass_kg;packaging;battery_kg;source;condition;obligation_date;origin\r\n";

    /// <summary>Code, name, grams of one piece, pieces in a hundred-per-cent quarter.</summary>
    private static readonly (string Hs, string Name, int Grams, int Pieces)[] Goods =
    [
        ("8517130000", "Смартфондар · Смартфоны", 210, 1250), ("8471300000", "Ноутбуктер · Ноутбуки", 1650, 640), ("8528722001", "Теледидарлар · Телевизоры", 10350, 300),
        ("8418102001", "Тоңазытқыштар · Холодильники", 60700, 120), ("8415109000", "Кондиционерлер · Кондиционеры", 34200, 90), ("8450111100", "Кір жуғыш машиналар · Стиральные машины", 64100, 180),
        ("8516500000", "Микротолқынды пештер · Микроволновые печи", 11600, 400), ("8509400000", "Блендерлер · Блендеры", 1920, 850), ("8541430000", "Фотоэлектр модульдері · Солнечные модули", 21400, 220),
        ("8539520001", "Жарықдиодты шамдар · Лампы светодиодные", 60, 12000), ("8517620009", "Маршрутизаторлар · Маршрутизаторы", 380, 900), ("8508110000", "Шаңсорғыштар · Пылесосы", 5200, 260),
    ];

    public static string Quarter(Period quarter, int percent) => List(quarter.Days.From.AddDays(40), Goods, percent);

    public static string Consignment(DateOnly on, int which) => List(on, [.. Goods.Skip(which % 4).Take(6)], 20 + (which * 7));

    public static string Lamps(Period quarter) => List(quarter.Days.From.AddDays(50), [.. Goods.Where(good => good.Hs.StartsWith("8539", StringComparison.Ordinal))], 300, "produced", "KZ");

    /// <summary>What a person meets first: a few rows to put right, a few to give a reason for.</summary>
    public static string WithFaults(Period quarter)
    {
        var on = quarter.Days.From.AddDays(35).ToString("dd.MM.yyyy", CultureInfo.InvariantCulture);
        return Quarter(quarter, 118)
            + $"8517990000;Смартфон 128 ГБ;240;50,4;;;third_country;new;{on};CN\r\n8517990000;Смартфон 256 ГБ;96;20,256;;;third_country;new;{on};CN\r\n8517990000;Смартфон 512 ГБ;60;12,66;;;third_country;new;{on};CN\r\n"
            + $"8528722001;Телевизор 55;10;161,12345;;;third_country;new;{on};CN\r\n8516500000;Микроволновая печь;400;1,5;;;third_country;new;{on};CN\r\n";
    }

    /// <summary>The real year of a whole country: Estonia 2018, from Eurostat's apparent consumption by UNU key.</summary>
    public static string Estonia(DateOnly on)
    {
        using var stream = typeof(DemoGoods).Assembly.GetManifestResourceStream("Declarations/estonia-2018.csv") ?? throw new InvalidOperationException("The Estonian year is missing from the program.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var text = new StringBuilder(reader.ReadLine()).Append(";obligation_date\r\n");
        while (reader.ReadLine() is { } line)
        {
            var fields = line.Split(';');
            fields[2] = "[EE 2018] " + fields[2];
            text.Append(string.Join(';', fields)).Append(';').Append(on.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)).Append("\r\n");
        }

        return text.ToString();
    }

    private static string List(DateOnly on, (string Hs, string Name, int Grams, int Pieces)[] goods, int percent, string source = "third_country", string origin = "CN")
    {
        var text = new StringBuilder(Head);
        foreach (var (hs, name, grams, pieces) in goods)
        {
            var units = pieces * percent / 100;
            var mass = (units * (long)grams / 1000m).ToString("0.000", CultureInfo.InvariantCulture).Replace('.', ',');
            text.Append(CultureInfo.InvariantCulture, $"{hs};{name};{units};{mass};;;{source};new;{on:dd.MM.yyyy};{origin}\r\n");
        }

        return text.ToString();
    }
}
