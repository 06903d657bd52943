using System.Globalization;
using EwasteEpr.Kernel;

namespace EwasteEpr.PublicRegister;

/// <summary>Papers without a secret code: whoever holds one knows its number and the sum or mass printed on it. Both must fit, else nothing is said.</summary>
/// <remarks>The answer names no party and no goods, so that numbers in a row tell nobody anything; who tries figures is slowed down by the site.</remarks>
public sealed class NumberVerification(Db db)
{
    // Money in tiyn, mass in grams; declared is what the standing version says.
    private const string FindSql = """
        select * from (
            select 'Invoice' as kind, i.number, i.issued_on as day, i.amount_tiyn as figure, true as is_money, i.state from invoices i where i.number = @number
            union all
            select 'CreditNote', n.number, n.issued_on, n.amount_tiyn, true, 'Issued' from credit_notes n where n.number = @number
            union all
            select 'Declaration', d.number, (v.submitted_at at time zone 'Asia/Almaty')::date, v.mass_grams, false, d.state
              from declarations d join declaration_versions v on v.declaration_id = d.declaration_id and v.version = d.current_version
             where d.number = @number and d.state in ('Submitted', 'Accepted', 'Returned')
            union all
            select 'Pickup', p.number, (p.received_at at time zone 'Asia/Almaty')::date, (select coalesce(sum(a.grams), 0)::bigint from pickup_assets a where a.pickup_id = p.pickup_id), false, p.state
              from pickups p where p.number = @number and p.state = 'Received'
            union all
            select 'Consignment', c.number, (c.despatched_at at time zone 'Asia/Almaty')::date, (select coalesce(sum(k.sent_grams), 0)::bigint from consignment_containers k where k.consignment_id = c.consignment_id), false, c.state
              from consignments c where c.number = @number and c.despatched_at is not null
            union all
            select 'LotSettlement', m.number, (m.settled_at at time zone 'Asia/Almaty')::date, abs(m.tiyn), true, case when m.reversed_at is not null then 'Reversed' when m.paid_at is not null then 'Paid' else 'Open' end
              from market_settlements m where m.number = @number
            union all
            select 'Settlement', @number, s.day, s.amount_tiyn, true, s.state from settlements s where s.number = @settlementNo
        ) x
        where figure = case when is_money then @tiyn::bigint else @grams::bigint end
        order by kind limit 1
        """;

    /// <param name="number">As printed; letters before a pickup's number name its papers.</param>
    /// <param name="figure">The sum in tenge or the mass in kilograms.</param>
    /// <param name="mark">Of the reader's language, for what could be read in two ways.</param>
    public async Task<NumberOutcome> FindAsync(string? number, string? figure, DecimalMark mark, CancellationToken ct)
    {
        var typed = (number ?? "").Trim().ToUpperInvariant();
        var problem = NumberInput.TryParse(figure, out var value);
        if (problem == NumberProblem.Ambiguous)
        {
            problem = NumberInput.TryParse(figure, mark, out value);
        }

        if (typed.Length is 0 or > 40 || problem != NumberProblem.None || value is <= 0 or > 1_000_000_000_000m)
        {
            return new NumberOutcome.Unreadable();
        }

        typed = typed is [('A' or 'R' or 'D'), '-', 'H', '-', ..] ? typed[2..] : typed;
        var settlement = typed is ['S', '-', .. { Length: 6 } digits] && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var no) ? no : (long?)null;
        var parameters = new { number = typed, settlementNo = settlement, tiyn = Scaled(value, 100), grams = Scaled(value, 1000) };
        return await db.QuerySingleOrDefaultAsync<NumberedPaper>(FindSql, parameters, ct) is { } paper ? new NumberOutcome.Found(paper) : new NumberOutcome.Unknown();
    }

    /// <summary>None where the figure has more decimals than such a figure may have.</summary>
    private static long? Scaled(decimal value, int by) => decimal.IsInteger(value * by) ? (long)(value * by) : null;
}

public abstract record NumberOutcome
{
    private NumberOutcome()
    {
    }

    public sealed record Found(NumberedPaper Paper) : NumberOutcome;

    /// <summary>No such number, or another figure: the two are not told apart.</summary>
    public sealed record Unknown : NumberOutcome;

    public sealed record Unreadable : NumberOutcome;
}

/// <param name="Kind">Invoice, CreditNote, Declaration, Pickup, Consignment, LotSettlement or Settlement.</param>
/// <param name="Figure">Tiyn or grams.</param>
public sealed record NumberedPaper(string Kind, string Number, DateOnly? Day, long Figure, bool IsMoney, string State);
