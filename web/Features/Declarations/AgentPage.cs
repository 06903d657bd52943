using EwasteEpr.Declarations.Agents;
using EwasteEpr.Kernel;
using EwasteEpr.Web.Features.Shared;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.Localization;

namespace EwasteEpr.Web.Features.Declarations;

/// <param name="Current">The quarter that is to be declared now.</param>
public sealed record AgentPage(AgentDesk Desk, AgentFilter Filter, Period Current, bool IsIllustrative)
{
    private const int PeriodsOffered = 6;

    /// <summary>The running quarter and those before it.</summary>
    public IEnumerable<Period> Periods
    {
        get
        {
            var period = Current.Next;
            for (var i = 0; i < PeriodsOffered; i++, period = period.Previous)
            {
                yield return period;
            }
        }
    }

    public bool IsFiltered => Filter.State is not null || !string.IsNullOrWhiteSpace(Filter.Text);

    /// <summary>The filters as they stand in the address.</summary>
    public string Query(int? page = null)
    {
        var query = new QueryBuilder { { "period", Filter.Period.ToString() } };
        if (Filter.State is { } state)
        {
            query.Add("state", state.ToString());
        }

        if (!string.IsNullOrWhiteSpace(Filter.Text))
        {
            query.Add("q", Filter.Text);
        }

        if (page is > 1)
        {
            query.Add("page", page.Value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        return query.ToString();
    }
}

/// <param name="Batch">The token of this page: sent twice, it is filed once.</param>
public sealed record NilCheckPage(Guid Batch, Period Period, IReadOnlyList<AgentClient> Clients)
{
    public IEnumerable<AgentClient> ToFile => Clients.Where(client => client.CanFileNil);

    public IEnumerable<AgentClient> LeftOut => Clients.Where(client => !client.CanFileNil);
}

public sealed record NilResultPage(Guid Batch, IReadOnlyList<NilResult> Results)
{
    public Period Period => Results[0].PeriodFrom.AddMonths(3) == Results[0].PeriodUntil ? Period.QuarterOf(Results[0].PeriodFrom) : Period.OfYear(Results[0].PeriodFrom.Year);

    public int Filed => Results.Count(result => result.State == "Filed");

    public IReadOnlyList<NilResult> Waiting => [.. Results.Where(result => result.State == "Waiting")];
}

/// <summary>Words for periods and states on an agent's pages.</summary>
public static class AgentWords
{
    /// <summary>2026 жылғы 3-тоқсан; 3 квартал 2026 года; Q3 2026.</summary>
    public static string Period(this IStringLocalizer<AgentText> text, Period period)
    {
        ArgumentNullException.ThrowIfNull(text);
        return period.Quarter is { } quarter ? text["Quarter", period.Year, quarter] : text["Year", period.Year];
    }

    public static StatusKind Kind(ClientState state) => state switch
    {
        ClientState.Accepted => StatusKind.Done,
        ClientState.Submitted => StatusKind.InWork,
        ClientState.Draft => StatusKind.Waiting,
        ClientState.Returned => StatusKind.Stopped,
        _ => StatusKind.Missing,
    };
}

/// <summary>Names the texts: AgentText.kk.resx, .ru.resx, .en.resx.</summary>
public sealed class AgentText;
