using System.Text;
using EwasteEpr.Declarations.Drafts;
using EwasteEpr.Declarations.Reading;

namespace EwasteEpr.Declarations.Uploads;

/// <summary>Lines as the CSV that anyone could have sent: so that a request goes the way of a file.</summary>
internal static class LinesCsv
{
    public static byte[] Of(IReadOnlyList<LineFields> lines)
    {
        var text = new StringBuilder();
        text.AppendJoin(';', Columns.AllCodes).Append("\r\n");
        foreach (var line in lines)
        {
            for (var i = 0; i < Columns.Count; i++)
            {
                Append(text, line[(Column)i]);
                text.Append(i == Columns.Count - 1 ? "\r\n" : ";");
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Append(StringBuilder text, string field)
    {
        if (field.AsSpan().IndexOfAny(";\"\r\n") < 0)
        {
            text.Append(field);
        }
        else
        {
            text.Append('"').Append(field.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }
    }
}
