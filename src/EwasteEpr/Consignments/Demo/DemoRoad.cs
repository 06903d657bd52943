using EwasteEpr.Consignments.Custody;
using EwasteEpr.Consignments.Discrepancies;
using EwasteEpr.Consignments.Sites;
using EwasteEpr.Consignments.WeighIns;
using EwasteEpr.Kernel;
using EwasteEpr.TakeBack.Demo;
using EwasteEpr.TakeBack.Intake;

namespace EwasteEpr.Consignments.Demo;

/// <summary>From a counter to the plant, as far as the story goes.</summary>
internal sealed class DemoRoad(Db db, DemoConsignmentTools tools, DemoConsignments.StartRow start)
{
    private readonly OrganisationId recycler = new(start.Recycler);
    private readonly OrganisationId carrier = new(start.Carrier);

    private static Actor AtPoint(Workplace place) => new(place.Person.Value, place.Organisation.Value, null, "point_staff", "demo", null);

    public async Task<(string Number, string Code)> PrepareAsync(Workplace place, IReadOnlyList<DemoBox> boxes, CancellationToken ct)
    {
        var request = new NewConsignment(
            Guid.CreateVersion7(), [.. boxes.Select(box => new SentContainer(box.Id, null))], start.SiteId, carrier, "000 ҮЛГІ 09", "Серік Жол", Payer.FeeFund, null);
        var made = Expect<PrepareOutcome.Prepared>(await tools.Consignments.PrepareAsync(request, place, AtPoint(place), ct));
        return (made.Number, made.Code!);
    }

    public async Task<(string Number, string Code)> DespatchedAsync(Workplace place, IReadOnlyList<DemoBox> boxes, CancellationToken ct)
    {
        var (number, code) = await PrepareAsync(place, boxes, ct);
        var done = Expect<HandoverOutcome.Done>(await tools.Handovers.DespatchAsync(number, code, carrier, start.AtWheel, ct));
        await MoveAsync(number, ct);
        return (number, done.DeliveryCode!);
    }

    public async Task<IReadOnlyList<DemoBox>> ReceivedAsync(Workplace place, IReadOnlyList<DemoBox> boxes, CancellationToken ct)
    {
        var (number, code) = await DespatchedAsync(place, boxes, ct);
        Expect<HandoverOutcome.Done>(await tools.Handovers.ReceiveAsync(number, code, recycler, start.AtSite, ct));
        return boxes;
    }

    public async Task WeighAsync(DemoBox box, long gap, CancellationToken ct)
    {
        const long Film = 400;
        var request = new NewWeighIn(box.Id, Weight.FromGrams(box.Net + gap + box.Tare + Film), Weight.FromGrams(box.Tare), Weight.FromGrams(Film), DemoConsignments.ScaleNo, null, null, IsConfirmed: true);
        Expect<WeighInOutcome.Weighed>(await tools.WeighIns.WeighAsync(request, recycler, start.AtSite, ct));
    }

    public async Task AgreeAsync(Workplace place, IReadOnlyList<DemoBox> boxes, long gap, CancellationToken ct)
    {
        foreach (var box in await ReceivedAsync(place, boxes, ct))
        {
            await WeighAsync(box, gap, ct);
        }
    }

    private const string NumberSql = "select d.number from consignment_discrepancies d where d.container_id = @box and d.kind = 'Mass'";

    public async Task DisagreeAsync(Workplace place, DemoBox box, long gap, bool isDecided, CancellationToken ct)
    {
        await ReceivedAsync(place, [box], ct);
        await WeighAsync(box, gap, ct);
        var number = await db.QuerySingleAsync<string>(NumberSql, new { box = box.Id }, ct);
        await tools.Discrepancies.ExplainAsync(number, place.Organisation, "Пломба бүтін болған, фотосы бар / Пломба была цела, есть фото", AtPoint(place), ct);
        if (isDecided)
        {
            await tools.Discrepancies.ExplainAsync(number, recycler, "Екінші рет таразыладық, айырма сол күйі қалды / Взвесили повторно, разница осталась", start.AtSite, ct);
            await tools.Discrepancies.DecideAsync(number, "Пункт таразысы тексеруге жіберілді; алаңның массасы бойынша төленеді / Весы пункта направлены на поверку; оплата по массе площадки", true, start.AtOperator, ct);
        }
    }

    public async Task ComeBackAsync(Workplace place, DemoBox box, CancellationToken ct)
    {
        var (number, _) = await DespatchedAsync(place, [box], ct);
        await tools.Consignments.ReturnAsync(number, place.Organisation, "Көлік жолда бұзылып, пунктке қайтты / Машина сломалась в пути и вернулась в пункт", AtPoint(place), ct);
    }

    public async Task CancelAsync(Workplace place, DemoBox box, CancellationToken ct)
    {
        var (number, _) = await PrepareAsync(place, [box], ct);
        await tools.Consignments.CancelAsync(number, place.Organisation, "Тасымалдаушы келмеді / Перевозчик не приехал", AtPoint(place), ct);
    }

    /// <summary>What came without a consignment: two last holders, and what stood at the site before the system.</summary>
    public async Task EnterAsync(CancellationToken ct)
    {
        var today = await db.QuerySingleAsync<DateOnly>("select app.today()", null, ct);
        foreach (var (isOpening, category, grams, holder, document) in new[]
                 {
                     (false, "4a", 412_500L, "№ 12 мектеп / Школа № 12", "А-118"), (false, "6", 96_200L, "Қалалық кітапхана / Городская библиотека", "А-121"), (true, "5", 238_000L, (string?)null, "Түгендеу 3 / Инвентаризация 3"),
                 })
        {
            var entry = new NewEntry(
                Guid.CreateVersion7(), isOpening, start.SiteId, category, false, Weight.FromGrams(grams + 45_000), Weight.FromGrams(45_000), Weight.Zero, DemoConsignments.ScaleNo, false, holder, null, document, today);
            Expect<EntryOutcome.Written>(await tools.Entries.WriteAsync(entry, recycler, start.AtSite, ct));
        }
    }

    // The hours of one day: written in the morning, on the road since noon.
    private const string MoveSql = "update consignments set prepared_at = prepared_at - interval '6 hours', despatched_at = despatched_at - interval '4 hours' where number = @number";

    private Task<int> MoveAsync(string number, CancellationToken ct) => db.ExecuteAsync(MoveSql, new { number }, ct);

    private static T Expect<T>(object outcome)
        where T : class => outcome as T ?? throw new InvalidOperationException($"The demonstration's load was refused: {outcome}.");
}
