using EwasteEpr.Kernel;

namespace EwasteEpr.Tariffs;

/// <summary>Collects what was looked at: the first row that fits is taken, later ones are less specific.</summary>
internal sealed class TariffTrace(Methodology methodology)
{
    private readonly List<TariffCandidate> candidates = [];
    private bool taken;

    public IReadOnlyList<TariffCandidate> Candidates => candidates;

    public void Add(TariffMatch kind, string looked, TariffRow? row)
    {
        var verdict = row is null ? CandidateVerdict.NoSuchRow : taken ? CandidateVerdict.LessSpecific : CandidateVerdict.Taken;
        taken |= row is not null;
        candidates.Add(new TariffCandidate(methodology, kind, looked, row, verdict));
    }

    /// <summary>All HS rows that fit, longest first; one line "none" where there is no such row.</summary>
    public void AddHs(HsCode hs, Func<int, TariffRow?> rowUpTo)
    {
        var row = rowUpTo(10);
        do
        {
            Add(TariffMatch.HsPrefix, hs.ToString(), row);
            row = row is null ? null : rowUpTo(HsCode.Parse(row.Match).Length - 2);
        }
        while (row is not null);
    }
}
