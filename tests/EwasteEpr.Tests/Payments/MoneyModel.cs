namespace EwasteEpr.Tests.Payments;

/// <summary>
/// The rules of money once more, as dictionaries and integers and without a ledger: what a careful clerk with paper cards would arrive at.
/// Nothing here is shared with the product, so that the two agree only when both are right.
/// </summary>
internal sealed class MoneyModel
{
    private readonly Dictionary<int, List<Debt>> invoicesOf = [];
    private readonly Dictionary<int, List<Coming>> receiptsOf = [];

    public List<Debt> Invoices { get; } = [];

    public List<Coming> Receipts { get; } = [];

    public Dictionary<int, Deed> Deeds { get; } = [];

    public Dictionary<int, Leaving> Leavings { get; } = [];

    public long CreditNotes { get; private set; }

    public long OpenOf(int organisation) => InvoicesOf(organisation).Sum(one => one.Open);

    public List<Debt> InvoicesOf(int organisation) => Of(invoicesOf, organisation);

    /// <summary>Those whose owner is known.</summary>
    public List<Coming> ReceiptsOf(int organisation) => Of(receiptsOf, organisation);

    /// <summary>A version is submitted (with its fee) or its declaration is returned (fee 0).</summary>
    public void Bill(int deed, int organisation, long fee, int version)
    {
        if (!Deeds.TryGetValue(deed, out var card))
        {
            Deeds[deed] = card = new Deed(organisation);
        }

        var difference = fee - card.Invoices.Sum(one => one.Amount - one.Credited);
        card.Fee = fee;
        if (difference > 0)
        {
            var invoice = new Debt(Invoices.Count, organisation, deed, version, difference);
            Invoices.Add(invoice);
            InvoicesOf(organisation).Add(invoice);
            card.Invoices.Add(invoice);
        }
        else if (difference < 0)
        {
            Lower(card, -difference);
        }

        var owners = ReceiptsOf(organisation).Concat(card.Invoices.SelectMany(invoice => invoice.Paid).Select(part => part.From))
            .Where(one => one.Credit > 0).Select(one => one.Owner!.Value).Distinct().Order().ToList();
        owners.ForEach(SetOff);
    }

    public void Receive(Coming receipt, Debt? named)
    {
        Receipts.Add(receipt);
        if (receipt.Owner is null && named is not null)
        {
            receipt.Owner = named.Organisation;
        }

        if (receipt.Owner is { } owner)
        {
            ReceiptsOf(owner).Add(receipt);
        }

        if (named is not null && Math.Min(receipt.Amount, named.Open) is > 0 and var paid)
        {
            Pay(receipt, named, paid);
        }

        Surplus(receipt);
    }

    public void Allocate(Coming receipt, Debt invoice, long tiyn)
    {
        if (receipt.Owner is null)
        {
            receipt.Owner = invoice.Organisation;
            ReceiptsOf(invoice.Organisation).Add(receipt);
        }

        Pay(receipt, invoice, tiyn);
        Surplus(receipt);
    }

    public void Leave(Leaving leaving)
    {
        var receipt = leaving.From;
        var rest = leaving.Amount - Math.Min(leaving.Amount, receipt.Waiting);
        var credit = Math.Min(rest, receipt.Credit);
        rest -= credit;
        receipt.Credit -= credit;
        foreach (var part in Enumerable.Reverse(receipt.Paying).Where(one => one.Left > 0).ToList())
        {
            var back = Math.Min(rest, part.Left);
            if (back == 0)
            {
                break;
            }

            part.TakenBack += back;
            leaving.Taken[part.To] = leaving.Taken.GetValueOrDefault(part.To) + back;
            rest -= back;
        }

        Assert.Equal(0, rest);
        receipt.Gone += leaving.Amount;
        Leavings[leaving.Id] = leaving;
    }

    /// <summary>It comes back whole, and pays again what it paid.</summary>
    public void Return(Leaving leaving)
    {
        var receipt = leaving.From;
        receipt.Gone -= leaving.Amount;
        leaving.IsBack = true;
        var rest = leaving.Amount;
        foreach (var (invoice, taken) in leaving.Taken.OrderBy(pair => pair.Key.Order))
        {
            if (Math.Min(rest, Math.Min(taken, invoice.Open)) is > 0 and var paid)
            {
                Pay(receipt, invoice, paid);
                rest -= paid;
            }
        }

        Surplus(receipt);
    }

    private void Lower(Deed card, long tiyn)
    {
        CreditNotes++;
        foreach (var invoice in card.Invoices.Where(one => one.Amount > one.Credited).OrderBy(one => one.Open == 0).ThenByDescending(one => one.Version).ToList())
        {
            var part = Math.Min(tiyn, invoice.Amount - invoice.Credited);
            if (part == 0)
            {
                break;
            }

            var paid = part - Math.Min(part, invoice.Open);
            invoice.Credited += part;
            foreach (var one in Enumerable.Reverse(invoice.Paid).Where(one => one.Left > 0).ToList())
            {
                var back = Math.Min(paid, one.Left);
                one.TakenBack += back;
                one.From.Credit += back;
                paid -= back;
            }

            Assert.Equal(0, paid);
            tiyn -= part;
        }

        Assert.Equal(0, tiyn);
    }

    private void SetOff(int organisation)
    {
        while (true)
        {
            var receipt = ReceiptsOf(organisation).Where(one => one.Credit > 0).OrderByDescending(one => one.DaysAgo).ThenBy(one => one.Order).FirstOrDefault();
            var invoice = InvoicesOf(organisation).Where(one => one.Open > 0).MinBy(one => one.Order);
            if (receipt is null || invoice is null)
            {
                return;
            }

            var tiyn = Math.Min(receipt.Credit, invoice.Open);
            receipt.Credit -= tiyn;
            Pay(receipt, invoice, tiyn);
        }
    }

    private void Surplus(Coming receipt)
    {
        if (receipt.Waiting > 0 && receipt.Allocated > 0 && OpenOf(receipt.Owner!.Value) == 0)
        {
            receipt.Credit += receipt.Waiting;
        }
    }

    private static List<T> Of<T>(Dictionary<int, List<T>> lists, int key)
    {
        if (!lists.TryGetValue(key, out var list))
        {
            lists[key] = list = [];
        }

        return list;
    }

    private static void Pay(Coming receipt, Debt invoice, long tiyn)
    {
        var part = new Part(receipt, invoice, tiyn);
        receipt.Paying.Add(part);
        invoice.Paid.Add(part);
    }
}

internal sealed record Deed(int Organisation)
{
    public List<Debt> Invoices { get; } = [];

    public long Fee { get; set; }
}

internal sealed class Debt(int order, int organisation, int deed, int version, long amount)
{
    public int Order => order;

    public int Organisation => organisation;

    public int Deed => deed;

    public int Version => version;

    public long Amount => amount;

    public long Credited { get; set; }

    public List<Part> Paid { get; } = [];

    public long Allocated => Paid.Sum(one => one.Left);

    public long Open => amount - Credited - Allocated;
}

internal sealed class Coming(int order, long amount, int daysAgo)
{
    public int Order => order;

    public long Amount => amount;

    public int DaysAgo => daysAgo;

    public int? Owner { get; set; }

    public long Credit { get; set; }

    public long Gone { get; set; }

    public List<Part> Paying { get; } = [];

    public long Allocated => Paying.Sum(one => one.Left);

    public long Waiting => amount - Allocated - Credit - Gone;
}

internal sealed class Part(Coming from, Debt to, long amount)
{
    public Coming From => from;

    public Debt To => to;

    public long TakenBack { get; set; }

    public long Left => amount - TakenBack;
}

internal sealed class Leaving(int id, Coming from, long amount)
{
    public int Id => id;

    public Coming From => from;

    public long Amount => amount;

    /// <summary>Whose it was when it left; a later owner changes nothing about that.</summary>
    public int? Owner { get; } = from.Owner;

    public bool IsBack { get; set; }

    public Dictionary<Debt, long> Taken { get; } = [];
}
