using EwasteEpr.Declarations.Reading;

namespace EwasteEpr.Declarations.Quotes;

/// <summary>What of a row says that another row is its copy: the columns that we know; the row's text as it stands where there are no others.</summary>
internal sealed class RowHasher(TableHeader header)
{
    private readonly int[] columns = [.. Enum.GetValues<Column>().Select(column => header[column]).Where(at => at >= 0)];
    private readonly bool isRowItsText = header.IsAllKnown;

    public RowHash Of(IRowSource row)
    {
        var hash = RowHash.Start;
        if (isRowItsText && row.Raw is { IsEmpty: false } raw)
        {
            return hash.Add(raw);
        }

        foreach (var column in columns)
        {
            hash = hash.Add(row.Field(column));
        }

        return hash;
    }
}
