package org.xenoserver.clustermanager.control;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.xenoserver.clustermanager.domains.Request;
import org.xenoserver.proto.v1.CreateDomainRequest;
import org.xenoserver.proto.v1.DomainRequest;
import org.xenoserver.proto.v1.HostRequest;
import org.xenoserver.proto.v1.ProjectRequest;
import org.xenoserver.proto.v1.SetProjectRequest;

/** A request that changes something, as the leader carries it out. */
public sealed interface Command {
  /** The request as it came, without its id. */
  Message message();

  /** What operations call it. */
  String verb();

  /** The name of what it is about. */
  default String target() {
    return switch (this) {
      case Create create -> create.request().getSpec().getName();
      case Steer steer -> steer.request().getDomain();
      case Destroy destroy -> destroy.request().getDomain();
      case Drain drain -> drain.request().getHost();
      case Uncordon uncordon -> uncordon.request().getHost();
      case PutProject put -> put.request().getProject().getName();
      case DeleteProject delete -> delete.request().getProject();
    };
  }

  /** {@code CreateDomain}. */
  record Create(CreateDomainRequest request) implements Command {
    @Override
    public Message message() {
      return request.toBuilder().clearRequestId().build();
    }

    @Override
    public String verb() {
      return "create";
    }
  }

  /** A change of what is wanted of a domain. */
  record Steer(Request asked, DomainRequest request) implements Command {
    @Override
    public Message message() {
      return request.toBuilder().clearRequestId().build();
    }

    @Override
    public String verb() {
      return asked.verb();
    }
  }

  /** {@code DestroyDomain}. */
  record Destroy(DomainRequest request) implements Command {
    @Override
    public Message message() {
      return request.toBuilder().clearRequestId().build();
    }

    @Override
    public String verb() {
      return "destroy";
    }
  }

  /** {@code DrainHost}. */
  record Drain(HostRequest request) implements Command {
    @Override
    public Message message() {
      return request.toBuilder().clearRequestId().build();
    }

    @Override
    public String verb() {
      return "drain";
    }
  }

  /** {@code UncordonHost}. */
  record Uncordon(HostRequest request) implements Command {
    @Override
    public Message message() {
      return request.toBuilder().clearRequestId().build();
    }

    @Override
    public String verb() {
      return "uncordon";
    }
  }

  /** {@code CreateProject}, {@code SetProject}. */
  record PutProject(boolean create, SetProjectRequest request) implements Command {
    @Override
    public Message message() {
      return request.toBuilder().clearRequestId().build();
    }

    @Override
    public String verb() {
      return create ? "create project" : "set project";
    }
  }

  /** {@code DeleteProject}. */
  record DeleteProject(ProjectRequest request) implements Command {
    @Override
    public Message message() {
      return request.toBuilder().clearRequestId().build();
    }

    @Override
    public String verb() {
      return "delete project";
    }
  }

  /** SHA-256 over what is asked; equal for equal requests. */
  default ByteString fingerprint() {
    try {
      Message message = message();
      byte[] bytes = new byte[message.getSerializedSize()];
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      out.useDeterministicSerialization();
      message.writeTo(out);
      out.checkNoSpaceLeft();
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(verb().getBytes(StandardCharsets.UTF_8));
      return ByteString.copyFrom(digest.digest(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
