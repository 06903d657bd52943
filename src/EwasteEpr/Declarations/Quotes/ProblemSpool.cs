using System.Text;
using EwasteEpr.Declarations.Reading;
using EwasteEpr.Declarations.Rules;

namespace EwasteEpr.Declarations.Quotes;

/// <summary>All problems of a quote in the order they were found: the first ones in memory, many of them in a temporary file.</summary>
public sealed class ProblemSpool(string? tempFolder) : IDisposable
{
    private const int MostInMemory = 4_096;

    private readonly List<RowProblem> first = [];
    private readonly long[] countByCode = new long[ProblemCodes.All.Count];
    private FileStream? file;
    private BinaryWriter? writer;

    public long Count { get; private set; }

    public long CountOf(ProblemCode code) => countByCode[(int)code];

    public void Add(in RowProblem problem)
    {
        Count++;
        countByCode[(int)problem.Code]++;
        if (first.Count < MostInMemory)
        {
            first.Add(problem);
            return;
        }

        if (writer is null)
        {
            file = TempFiles.Create(tempFolder);
            writer = new BinaryWriter(new BufferedStream(file, 64 * 1024), Encoding.UTF8, leaveOpen: true);
        }

        writer.Write(problem.Row);
        writer.Write((byte)problem.Code);
        writer.Write((sbyte)(problem.Column is { } column ? (int)column : -1));
        writer.Write(problem.Value);
        writer.Write(problem.Detail);
        writer.Write(problem.Detail2);
    }

    /// <summary>From the first to the last; may be asked again.</summary>
    public IEnumerable<RowProblem> Read()
    {
        foreach (var problem in first)
        {
            yield return problem;
        }

        if (writer is null)
        {
            yield break;
        }

        writer.Flush();
        var end = file!.Position;
        file.Position = 0;
        using (var reader = new BinaryReader(new BufferedStream(file, 64 * 1024), Encoding.UTF8, leaveOpen: true))
        {
            for (var left = Count - first.Count; left > 0; left--)
            {
                var (row, code, column) = (reader.ReadInt32(), (ProblemCode)reader.ReadByte(), reader.ReadSByte());
                yield return new RowProblem(row, code, column < 0 ? null : (Column)column, reader.ReadString(), reader.ReadString(), reader.ReadString());
            }
        }

        file.Position = end;
    }

    public void Dispose()
    {
        writer?.Dispose();
        file?.Dispose();
    }
}
