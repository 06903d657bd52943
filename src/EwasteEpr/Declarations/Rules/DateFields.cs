using System.Buffers.Binary;
using EwasteEpr.Kernel;

namespace EwasteEpr.Declarations.Rules;

/// <summary>The days of a table: they are few, and each is read once.</summary>
/// <remarks>Not for several threads.</remarks>
internal sealed class DateFields
{
    private const int Places = 512;

    private readonly (ulong Start, ushort End, DateOnly Day)[] known = new (ulong, ushort, DateOnly)[Places];

    public DateProblem Read(ReadOnlySpan<byte> field, out DateOnly day)
    {
        if (field.Length != 10)
        {
            return FieldText.Date(field, out day);
        }

        var (start, end) = (BinaryPrimitives.ReadUInt64LittleEndian(field), BinaryPrimitives.ReadUInt16LittleEndian(field[8..]));
        ref var place = ref known[PlaceOf(start, end)];
        if (place.Start == start && place.End == end && place.Day != default)
        {
            day = place.Day;
            return DateProblem.None;
        }

        var problem = FieldText.Date(field, out day);
        if (problem == DateProblem.None)
        {
            place = (start, end, day);
        }

        return problem;
    }

    private static int PlaceOf(ulong start, ushort end) => (int)(unchecked((start ^ end) * 0x9E37_79B9_7F4A_7C15) >> 55);
}
