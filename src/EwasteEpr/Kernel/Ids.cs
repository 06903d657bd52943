namespace EwasteEpr.Kernel;

// Typed ids: a person's id can never be passed where an organisation's is asked for.
// All are uuid version 7, so that they sort by time. default is "no id" and equals no row.

public readonly record struct OrganisationId(Guid Value)
{
    public static OrganisationId New() => new(Guid.CreateVersion7());

    public override string ToString() => Value.ToString("D");
}

public readonly record struct PersonId(Guid Value)
{
    public static PersonId New() => new(Guid.CreateVersion7());

    public override string ToString() => Value.ToString("D");
}

public readonly record struct AccountId(Guid Value)
{
    public override string ToString() => Value.ToString("D");
}

public readonly record struct TransferId(Guid Value)
{
    public override string ToString() => Value.ToString("D");
}

public readonly record struct InvoiceId(Guid Value)
{
    public static InvoiceId New() => new(Guid.CreateVersion7());

    public override string ToString() => Value.ToString("D");
}

public readonly record struct ReceiptId(Guid Value)
{
    public static ReceiptId New() => new(Guid.CreateVersion7());

    public override string ToString() => Value.ToString("D");
}

public readonly record struct PointId(Guid Value)
{
    public static PointId New() => new(Guid.CreateVersion7());

    public override string ToString() => Value.ToString("D");
}
